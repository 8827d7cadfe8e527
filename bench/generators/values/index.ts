// Value generators. A new one is a file of its own and a line here.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { blobFile } from './blob-file.js';
import { compressible } from './compressible.js';
import { exponentialBin } from './exponential-bin.js';
import { fixedBin } from './fixed-bin.js';
import { fixedChar } from './fixed-char.js';
import { functionValues } from './function-values.js';
import { histogramBin } from './histogram-bin.js';
import { constantValues, fileLineValues, keygen, uniformIntValues } from './keys-as-values.js';
import { normalBin } from './normal-bin.js';
import { rangeBin } from './range-bin.js';
import { semiCompressible } from './semi-compressible.js';
import { uniformBin } from './uniform-bin.js';

/** In the order of the docs. */
export const valueGeneratorDefinitions: readonly ValueGeneratorDefinition[] = [
  fixedBin,
  fixedChar,
  uniformBin,
  rangeBin,
  exponentialBin,
  normalBin,
  histogramBin,
  semiCompressible,
  compressible,
  blobFile,
  functionValues,
  uniformIntValues,
  fileLineValues,
  constantValues,
  keygen,
];
