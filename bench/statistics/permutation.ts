// How often chance alone would give a difference as large as the one that was seen (Fisher's permutation test).
// It assumes no distribution: if both sides are the same thing, every way of handing out the signs (pairs) or the
// labels (groups) was equally likely, so a false alarm at level x happens in no more than x of the cases.
import { Xoshiro128 } from '../random/index.js';
import { mean } from './bootstrap.js';

/** All ways are counted up to this many; beyond, so many are drawn. */
const waysMax = 65_536;
/** What is smaller than this share of the largest sum is rounding. */
const rounding = 1e-12;

/** The two-sided p-value of "the differences within pairs have mean zero". 1 without any pair. */
export function signFlipP(differences: readonly number[], seed = 1): number {
  if (differences.length === 0) return 1;
  const seen = Math.abs(sum(differences));
  const slack = differences.reduce((total, one) => total + Math.abs(one), 0) * rounding;
  const isAll = 2 ** differences.length <= waysMax;
  const random = new Xoshiro128([seed, differences.length, 2]);
  let extreme = 0;
  const ways = isAll ? 2 ** differences.length : waysMax;
  for (let way = 0; way < ways; way++) {
    let total = 0;
    for (let i = 0; i < differences.length; i++) {
      const isFlipped = isAll ? (way >> i) & 1 : random.next() & 1;
      total += isFlipped === 1 ? -differences[i]! : differences[i]!;
    }
    if (Math.abs(total) >= seen - slack) extreme++;
  }
  return isAll ? extreme / ways : (extreme + 1) / (ways + 1);
}

/** The two-sided p-value of "both groups come from the same", by the difference of their means. */
export function relabelP(a: readonly number[], b: readonly number[], seed = 1): number {
  if (a.length === 0 || b.length === 0) return 1;
  const all = [...a, ...b];
  const seen = Math.abs(mean(b) - mean(a));
  const slack = Math.max(...all.map(Math.abs)) * rounding;
  const isExtreme = (indexes: readonly number[]): boolean => {
    const left = indexes.reduce((total, index) => total + all[index]!, 0);
    const right = sum(all) - left;
    return Math.abs(right / b.length - left / a.length) >= seen - slack;
  };
  const ways = choose(all.length, a.length);
  if (ways <= waysMax) {
    let extreme = 0;
    for (const indexes of combinations(all.length, a.length)) if (isExtreme(indexes)) extreme++;
    return extreme / ways;
  }
  const random = new Xoshiro128([seed, a.length, b.length]);
  let extreme = 0;
  for (let way = 0; way < waysMax; way++) if (isExtreme(drawSome(all.length, a.length, random))) extreme++;
  return (extreme + 1) / (waysMax + 1);
}

/**
 * P-values of several questions asked at once, so adjusted that the chance of any false alarm among them stays at
 * the level of one (Holm, A simple sequentially rejective multiple test procedure, 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = least;
  });
  return adjusted;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}

function* combinations(n: number, k: number): Generator<readonly number[]> {
  const indexes = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield indexes;
    let at = k - 1;
    while (at >= 0 && indexes[at] === n - k + at) at--;
    if (at < 0) return;
    indexes[at]!++;
    for (let i = at + 1; i < k; i++) indexes[i] = indexes[i - 1]! + 1;
  }
}

/** `k` of the numbers below `n`, by the first steps of a shuffle. */
function drawSome(n: number, k: number, random: Xoshiro128): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const other = i + Math.floor((random.next() / 2 ** 32) * (n - i));
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  return all.slice(0, k);
}
