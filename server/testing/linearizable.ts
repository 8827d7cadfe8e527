/**
 * Whether the history of one register is linearizable, when no value is written twice. Without a search: the
 * operations on one value (its write and the reads that saw it) must happen together, so each value is a zone of
 * time, and what matters is how the zones lie (Gibbons and Korach, Testing Shared Memories, 1997).
 *
 * For a value let f be when the first of its operations returned, and s when the last of them was called. If
 * f < s something of the value is over before something else of it begins: a forward zone [f, s], all of which
 * is the value's. Otherwise all its operations share a moment of the backward zone [s, f], and one moment of it
 * is enough. So: no read before its write, no two forward zones that overlap, no backward zone within a forward
 * one.
 *
 *   write 1 [0, 2]  read 1 [5, 6]  write 2 [3, 4]: value 1 takes up [2, 5], value 2 fits in [3, 4] only: no.
 *
 * Deletes write the same nothing many times: such histories are for linearizable-search.ts.
 */

export interface RegisterOperation {
  readonly kind: 'read' | 'write';
  /** What was written or seen; undefined is what the register holds at first. */
  readonly value: string | undefined;
  /** When it began and ended, on one clock. Equal times count as at once. */
  readonly call: number;
  /** Infinity for a write of which nobody knows whether it took effect; it may yet. */
  readonly return: number;
}

interface Zone {
  readonly value: string | undefined;
  write: RegisterOperation | undefined;
  /** When the first operation of the value returned, and when the last was called. */
  first: number;
  last: number;
  reads: number;
}

/** What is wrong with a history, as a sentence; undefined if it is linearizable. Reads must all have ended. */
export function linearizableMistake(history: readonly RegisterOperation[]): string | undefined {
  const zones = new Map<string | undefined, Zone>();
  zones.set(undefined, zoneOf(initialWrite));
  for (const operation of history) {
    if (operation.kind !== 'write') continue;
    if (zones.has(operation.value))
      return `${nameOf(operation.value)} is written twice: this cannot be checked.`;
    zones.set(operation.value, zoneOf(operation));
  }
  for (const operation of history) {
    if (operation.kind !== 'read') continue;
    const zone = zones.get(operation.value);
    if (zone?.write === undefined) return `${nameOf(operation.value)} was read and never written.`;
    if (operation.return < zone.write.call)
      return `${nameOf(operation.value)} was read before it was written.`;
    zone.first = Math.min(zone.first, operation.return);
    zone.last = Math.max(zone.last, operation.call);
    zone.reads++;
  }
  return zonesMistake([...zones.values()].filter(isRelevant));
}

function zonesMistake(zones: readonly Zone[]): string | undefined {
  const forward = zones.filter(({ first, last }) => first < last).sort((a, b) => a.first - b.first);
  for (let i = 1; i < forward.length; i++) {
    const [before, zone] = [forward[i - 1]!, forward[i]!];
    // Sorted, and none before overlaps: the last one ends last.
    if (zone.first < before.last)
      return `${nameOf(before.value)} and ${nameOf(zone.value)} take turns twice.`;
  }
  for (const zone of zones) {
    if (zone.first < zone.last) continue;
    const around = lastBefore(forward, zone.last);
    if (around !== undefined && zone.first < around.last)
      return `${nameOf(zone.value)} lies within the time of ${nameOf(around.value)}.`;
  }
  return undefined;
}

/** The last forward zone that begins before a time. */
function lastBefore(forward: readonly Zone[], time: number): Zone | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (forward[middle]!.first < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}

function zoneOf(write: RegisterOperation): Zone {
  return { value: write.value, write, first: write.return, last: write.call, reads: 0 };
}

/** A write that may never have taken effect, and that nobody saw, says nothing. */
function isRelevant({ write, reads }: Zone): boolean {
  return reads > 0 || write?.return !== Number.POSITIVE_INFINITY;
}

function nameOf(value: string | undefined): string {
  return value === undefined ? 'The first value' : `The value ${value}`;
}

const initialWrite: RegisterOperation = {
  kind: 'write',
  value: undefined,
  call: Number.NEGATIVE_INFINITY,
  return: Number.NEGATIVE_INFINITY,
};
