// Key generators. A new one is a file of its own and a line here.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { base64 } from './base64.js';
import { binToStr, strToBin } from './bin-to-str.js';
import { concatBinary } from './concat-binary.js';
import { constant } from './constant.js';
import { cryptoHash } from './crypto-hash.js';
import { eightytwentyInt } from './eightytwenty-int.js';
import { exponentialInt } from './exponential-int.js';
import { fileLineBin } from './file-line-bin.js';
import { functionKeys } from './function-keys.js';
import { hotspotInt } from './hotspot-int.js';
import { insertSequence } from './insert-sequence.js';
import { intToBinBigendian, intToBinLittleendian } from './int-to-bin.js';
import { intToStr } from './int-to-str.js';
import { latestInt } from './latest-int.js';
import { normalInt } from './normal-int.js';
import { paretoInt } from './pareto-int.js';
import { partitionedSequentialInt } from './partitioned-sequential-int.js';
import { resampledParetoInt } from './resampled-pareto-int.js';
import { scrambledZipfianInt } from './scrambled-zipfian-int.js';
import { sequentialInt } from './sequential-int.js';
import { toBinstr, toStr } from './to-binstr.js';
import { truncatedParetoInt } from './truncated-pareto-int.js';
import { uniformInt } from './uniform-int.js';
import { uuidV4, uuidV4String } from './uuid-v4.js';
import { valgen } from './valgen.js';
import { ycsbKey } from './ycsb-key.js';
import { zipfianInt } from './zipfian-int.js';

/** In the order of the docs: integers, bytes, and what is made of others. */
export const keyGeneratorDefinitions: readonly KeyGeneratorDefinition[] = [
  uniformInt,
  paretoInt,
  truncatedParetoInt,
  resampledParetoInt,
  eightytwentyInt,
  zipfianInt,
  scrambledZipfianInt,
  latestInt,
  hotspotInt,
  exponentialInt,
  normalInt,
  sequentialInt,
  partitionedSequentialInt,
  insertSequence,
  uuidV4,
  uuidV4String,
  fileLineBin,
  functionKeys,
  constant,
  valgen,
  intToBinBigendian,
  intToBinLittleendian,
  intToStr,
  toBinstr,
  toStr,
  strToBin,
  binToStr,
  base64,
  cryptoHash,
  concatBinary,
  ycsbKey,
];
