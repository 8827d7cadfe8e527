// file_line_bin: the lines of a file as keys. Worker i of W draws line i, then i+W, and so on, so that together
// they draw the file's lines once before any comes again; in basho_bench the order depended on who was faster.
// A last line without an end is a whole line here, where basho_bench cut off its last byte.

import { fileLines } from '../file-lines.js';
import { exhausted } from '../generator.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { formsOf, text } from '../parameter.js';

export const fileLineBin: KeyGeneratorDefinition = {
  name: 'file_line_bin',
  about:
    'the lines of a file in order, shared out to the workers; "repeat" begins again at its end, "stop" does not',
  example: ['file_line_bin', './keys.txt', 'repeat'],
  gives: 'bytes',
  forms: formsOf(
    [text('path', 'the file')],
    text('atEnd', 'what follows the last line (default repeat)', ['repeat', 'stop', 'norepeat']),
  ),
  create: (given, { file, workerId, workers }) => {
    const path = given.text('path');
    const lines = fileLines(path, file(path));
    const repeats = given.text('atEnd', 'repeat') === 'repeat';
    let next = workerId - 1;
    return {
      kind: 'bytes',
      keySpace: lines.count,
      sizeBytesMax: lines.sizeBytesMax,
      write(_random, buffer, offset) {
        if (next >= lines.count) {
          if (!repeats) return exhausted;
          next %= lines.count;
        }
        const end = offset + lines.content.copy(buffer, offset, lines.starts[next]!, lines.ends[next]!);
        next += workers;
        return end;
      },
    };
  },
};
