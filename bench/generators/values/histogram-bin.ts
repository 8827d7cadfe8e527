// histogram_bin: sizes as often as a histogram says, given as pairs of size and weight or as a file of them.

import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { GeneratorError } from '../generator-spec.js';
import { text } from '../parameter.js';
import { readSizeHistogram, type SizeHistogram, sizeHistogramProblem } from '../size-histogram.js';
import { SlicedValues } from '../sliced-values.js';

export const histogramBin: ValueGeneratorDefinition = {
  name: 'histogram_bin',
  about:
    'random bytes, sizes by weight: pairs of size and weight, or a file with a pair a line (YCSB’s, too)',
  example: ['histogram_bin', 100, 9, 10_000, 1],
  forms: [
    [text('path', 'a file with a size and a weight on each line')],
    [{ kind: 'rest', name: 'pairs', about: 'size, weight, size, weight, ...', least: 2, numbers: true }],
  ],
  check: (given) => {
    const pairs = given.rest('pairs') as number[];
    return pairs.length === 0 ? undefined : sizeHistogramProblem(histogramOf(pairs));
  },
  create: (given, context) => {
    const pairs = given.rest('pairs') as number[];
    const path = pairs.length > 0 ? undefined : given.text('path');
    const histogram = path === undefined ? histogramOf(pairs) : readSizeHistogram(context.file(path));
    const problem = sizeHistogramProblem(histogram);
    if (problem !== undefined) throw new GeneratorError(`the file ${path}: ${problem}`);
    const { sizes, weights } = histogram;
    const largest = Math.max(...sizes);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let reached = 0;
    const upTo = Float64Array.from(weights, (weight) => {
      reached += weight;
      return reached;
    });
    return new SlicedValues(context.pool(largest), largest, (random) => {
      const place = random.float() * total;
      let [low, high] = [0, upTo.length - 1];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (upTo[middle]! > place) high = middle;
        else low = middle + 1;
      }
      return sizes[low]!;
    });
  },
};

function histogramOf(pairs: readonly number[]): SizeHistogram {
  return {
    sizes: pairs.filter((_, index) => index % 2 === 0),
    weights: pairs.filter((_, index) => index % 2 === 1),
  };
}
