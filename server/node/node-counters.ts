/** What a node counts, for INFO and metrics, as name and value. */
import type { Vnode } from '../vnode/index.js';

type Counter = readonly [name: string, value: string | number];

export function nodeCounters(
  parts: readonly { counters(): readonly Counter[] }[],
  vnodes: readonly Vnode[],
  skewedPuts: number,
): Counter[] {
  return [
    ...parts.flatMap((part) => [...part.counters()]),
    ['skewed_puts', skewedPuts],
    ['lww_discarded_total', vnodes.reduce((sum, vnode) => sum + vnode.discarded, 0)],
    ['vnodes', vnodes.length],
    ['tombstones', vnodes.reduce((sum, { storage }) => sum + storage.count - storage.liveCount, 0)],
    ['records', vnodes.reduce((sum, vnode) => sum + vnode.storage.count, 0)],
  ];
}
