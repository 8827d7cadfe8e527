// semi_compressible: basho_bench's mix of small and extra large values, of which a compressor takes away part:
// blocks of 4 KiB are random bytes and repeated text in turn.
import type { GeneratorArguments, ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { real, whole } from '../parameter.js';
import { semiCompressiblePool } from '../pools.js';
import { SlicedValues } from '../sliced-values.js';
import { exponentialSize, exponentialSizeMax } from './exponential-size.js';

export const semiCompressible: ValueGeneratorDefinition = {
  name: 'semi_compressible',
  about:
    'exponential sizes of bytes that compress in part; with probability xlProbability, xlFactor times as large',
  example: ['semi_compressible', 2000, 4000, 10, 0.1],
  forms: [
    [
      whole('min', 'the least size in bytes'),
      whole('mean', 'what is added on average, in bytes', 1),
      real('xlFactor', 'how many times larger large values are', 1, 10_000),
      real('xlProbability', 'how often they are', 0, 1),
    ],
  ],
  check: (given) =>
    largestOf(given) <= valueBytesLimit
      ? undefined
      : `the largest value would have ${largestOf(given)} bytes; at most ${valueBytesLimit}`,
  create: (given, context) => {
    const [min, mean, factor] = [given.number('min'), given.number('mean'), given.number('xlFactor')];
    const probability = given.number('xlProbability');
    const largest = largestOf(given);
    const small = exponentialSize(min, mean);
    const large = exponentialSize(Math.floor(min * factor), mean * factor);
    return new SlicedValues(semiCompressiblePool(context.pool(largest)), largest, (random) =>
      random.float() < probability ? large(random) : small(random),
    );
  },
};

function largestOf(given: GeneratorArguments): number {
  const factor = given.number('xlFactor');
  return exponentialSizeMax(Math.floor(given.number('min') * factor), given.number('mean') * factor);
}
