// How often values have which size: read from lines of two numbers, separated by a comma, a semicolon or white
// space. `#` begins a comment, a first line of words is a heading. YCSB's files begin with `BlockSize` and its
// number; their sizes are counted in such blocks, from 0 for one block.
import { valueBytesLimit } from './limits.js';

export interface SizeHistogram {
  sizes: number[];
  weights: number[];
}

const linesMax = 65_536;

export function readSizeHistogram(content: Buffer): SizeHistogram {
  const histogram: SizeHistogram = { sizes: [], weights: [] };
  let blockBytes: number | undefined;
  const lines = content
    .toString('utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  lines.forEach((line, index) => {
    const [first = '', second = ''] = line.split(/[,;\s]+/);
    if (/^blocksize$/i.test(first)) blockBytes = Number(second);
    else if (index > 0 || /\d/.test(line)) {
      const size = blockBytes === undefined ? Number(first) : (Number(first) + 1) * blockBytes;
      histogram.sizes.push(first === '' ? Number.NaN : size);
      histogram.weights.push(second === '' ? Number.NaN : Number(second));
    }
  });
  return histogram;
}

/** What is wrong with it; undefined when sizes can be drawn from it. */
export function sizeHistogramProblem({ sizes, weights }: SizeHistogram): string | undefined {
  if (sizes.length === 0) return 'there is no size; write a size and a weight on each line';
  if (sizes.length > linesMax) return `it has ${sizes.length} sizes; at most ${linesMax}`;
  if (weights.length !== sizes.length) return 'a size has no weight; write size, weight, size, weight, ...';
  const wrong = sizes.findIndex((size) => !Number.isInteger(size) || size < 0 || size > valueBytesLimit);
  if (wrong >= 0) return `pair ${wrong + 1}: a size is a whole number of bytes up to ${valueBytesLimit}`;
  const negative = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (negative >= 0) return `pair ${negative + 1}: a weight is a number from zero up`;
  return weights.some((weight) => weight > 0) ? undefined : 'all weights are zero';
}
