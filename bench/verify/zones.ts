// Whether one register's history is linearizable, without a search, since no value is written twice (Gibbons and
// Korach, Testing Shared Memories, 1997). The operations on one value must happen together; so let f be when the
// first of them returned, and s when the last was called. If f < s, the span [f, s] is the value's alone (a forward
// zone); otherwise any moment of [s, f] will do for all of them (a backward zone). The history is linearizable if
// no read comes before its write, no two forward zones overlap, and no backward zone lies within a forward one.
// O(n log n). Equal times count as at once.
import { initialValue, type KeyWrites } from './key-writes.js';

/** Two values of which neither can come first; undefined if the history is linearizable. */
export function zoneConflict(writes: KeyWrites): readonly [number, number] | undefined {
  const { first, last, count } = writes;
  const forward: number[] = [];
  for (let value = 0; value < count; value++)
    if (writes.isCertain(value) && first[value]! < last[value]!) forward.push(value);
  if (forward.length === 0) return undefined;
  forward.sort((a, b) => first[a]! - first[b]!);
  for (let i = 1; i < forward.length; i++) {
    const [before, zone] = [forward[i - 1]!, forward[i]!];
    if (first[zone]! < last[before]!) return [before, zone];
  }
  for (let value = initialValue; value < count; value++) {
    if (!writes.isCertain(value) || first[value]! < last[value]!) continue;
    const around = lastBefore(forward, first, last[value]!);
    if (around !== undefined && first[value]! < last[around]!) return [around, value];
  }
  return undefined;
}

/** The last forward zone that begins before a time; they are disjoint by now, so no other can hold it. */
function lastBefore(forward: readonly number[], first: Float64Array, time: number): number | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (first[forward[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}
