// blob_file: the sizes of another generator, bytes from a file of the user's; basho_bench's setting
// value_generator_blob_file as a generator. A file that is shorter than a value is repeated.

import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { GeneratorError } from '../generator-spec.js';
import { text, values } from '../parameter.js';
import { repeatedPool } from '../pools.js';

export const blobFile: ValueGeneratorDefinition = {
  name: 'blob_file',
  about: 'the sizes of another generator, slices of a file’s content',
  example: ['blob_file', './sample.json', ['fixed_bin', 1000]],
  forms: [[text('path', 'the file'), values('of', 'whose sizes')]],
  create: (given, context) => {
    const path = given.text('path');
    const content = context.file(path);
    if (content.length === 0) throw new GeneratorError(`the file ${path} is empty`);
    return given.values('of', { pool: (bytes) => repeatedPool(content, bytes + 1) });
  },
};
