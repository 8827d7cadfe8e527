// What a fault did to the load: how much was served before, how little at the worst, what failed, and when it was as
// before again. From slices of a tenth of a second, over spans of a second each: shorter ones would be ruled by
// chance. Pure.
import { type SliceTimeline, sliceMs } from './fault-slices.js';

/**
 * Back is the first moment after the fault began from which on, for two seconds, every span of one second (moved on by
 * tenths) has a throughput within 10 % of before, or within what chance explains if that is more (three standard
 * deviations of as many independent events). In a closed loop more than before is no harm; in an open one it is a
 * backlog that is being worked off. Near the end of the run, or before another fault, as many spans as there are must do.
 */
export const backRule = 'one-second throughput within 10 % of before, for 2 s';

const spanSlices = 10;
const heldSpans = 20;
/** Before is what was served in so many seconds before the fault, or in as many as there are since the last one. */
const beforeSlicesMax = 100;
const tolerance = 0.1;

export interface FaultSpan {
  /** When the fault began; when it was over, or null if it lasted to the end. */
  fromMs: number;
  toMs: number | null;
  /** From when on the load is comparable: the end of the warm-up, or of what came before. */
  comparableFromMs: number;
  /** Until when it is: the next fault, or the end of the run. */
  limitMs: number;
}

export interface FaultEffect {
  /** null where there was no whole second before the fault to compare with. */
  beforePerSecond: number | null;
  /** The least that was served in any second. */
  lowestPerSecond: number | null;
  /** lowest / before. */
  depth: number | null;
  errors: number;
  /** From the beginning of the fault; null if nothing failed. */
  firstErrorSeconds: number | null;
  /** The longest response time of a success that ended meanwhile. */
  worstLatencyMs: number | null;
  /** From the beginning of the fault to the moment when all was as before; null if that was not seen. */
  backSeconds: number | null;
}

/** `isOpen`: the load came by a schedule. `isConstant`: it was meant to be the same all the time. */
export function faultEffect(
  timeline: SliceTimeline,
  span: FaultSpan,
  { isOpen, isConstant }: { isOpen: boolean; isConstant: boolean },
): FaultEffect {
  const from = Math.ceil(span.fromMs / sliceMs);
  const limit = Math.floor(span.limitMs / sliceMs);
  const before = isConstant ? beforePerSecond(timeline, span) : null;
  const found = before === null ? null : backSlice(timeline, from, limit, before, isOpen);
  const back = found === null ? null : firstServed(timeline, found);
  const over = Math.ceil((span.toMs ?? span.fromMs) / sliceMs);
  const end = back === null ? limit : Math.min(limit, Math.max(over, back) + 1);
  const firstUs = timeline.firstFailureUs(span.fromMs * 1000, end);
  const worstUs = timeline.worstUsBetween(from, end);
  const lowest = lowestPerSecond(timeline, from, end, limit);
  return {
    beforePerSecond: before,
    lowestPerSecond: lowest,
    depth: before === null || lowest === null || before === 0 ? null : lowest / before,
    errors: timeline.failedBetween(Math.floor(span.fromMs / sliceMs), end),
    firstErrorSeconds: firstUs === Number.POSITIVE_INFINITY ? null : firstUs / 1e6 - span.fromMs / 1000,
    worstLatencyMs: worstUs > 0 ? worstUs / 1000 : null,
    backSeconds: back === null ? null : Math.max(0, (back * sliceMs - span.fromMs) / 1000),
  };
}

function beforePerSecond(timeline: SliceTimeline, { fromMs, comparableFromMs }: FaultSpan): number | null {
  const to = Math.floor(fromMs / sliceMs);
  const from = Math.max(to - beforeSlicesMax, Math.ceil(comparableFromMs / sliceMs));
  if (to - from < spanSlices) return null;
  return (timeline.okBetween(from, to) * 1000) / ((to - from) * sliceMs);
}

function backSlice(
  timeline: SliceTimeline,
  from: number,
  limit: number,
  before: number,
  isOpen: boolean,
): number | null {
  const allowed = Math.max(tolerance, 3 / Math.sqrt(Math.max(1, before)));
  const isWithin = (start: number): boolean => {
    const share = timeline.okBetween(start, start + spanSlices) / Math.max(before, Number.MIN_VALUE);
    return share >= 1 - allowed && (!isOpen || share <= 1 + allowed);
  };
  let first = -1;
  for (let start = from; start + spanSlices <= limit; start++) {
    if (!isWithin(start)) first = -1;
    else if (first < 0) first = start;
    if (first >= 0 && start - first >= heldSpans) return first;
  }
  return first < 0 ? null : first;
}

/** A span may begin within the fault, by what it is allowed to lack: then with its first success. */
function firstServed(timeline: SliceTimeline, start: number): number {
  let slice = start;
  while (slice < start + spanSlices - 1 && timeline.okBetween(slice, slice + 1) === 0) slice++;
  return slice;
}

function lowestPerSecond(timeline: SliceTimeline, from: number, end: number, limit: number): number | null {
  let lowest: number | null = null;
  for (let start = from; start < end && start + spanSlices <= limit; start++) {
    const served = timeline.okBetween(start, start + spanSlices);
    if (lowest === null || served < lowest) lowest = served;
  }
  return lowest;
}
