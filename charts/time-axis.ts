// The horizontal axis of every chart over time: seconds since the start of the run, from zero. Pure.
import type { Annotation } from '../results/schema.js';
import type { PositionEncoding } from './chart-layer.js';

export interface TimeAxis {
  /** Right end of the axis; the left end is the start of the run. */
  endSeconds: number;
  widthPx: number;
  /** Without a title where another panel below has it. */
  hasTitle: boolean;
}

/** The end of the last window, or the start of a later annotation; a second when there is neither. */
export function timeEnd(elapsedSeconds: Iterable<number>, annotations: readonly Annotation[]): number {
  let end = 0;
  for (const elapsed of elapsedSeconds) end = Math.max(end, elapsed);
  for (const { fromSeconds } of annotations) end = Math.max(end, fromSeconds);
  return end === 0 ? 1 : end;
}

/** The encoding of `field`, which holds seconds. The same for every layer of a plot, so that they share the axis. */
export function timeEncoding(axis: TimeAxis, field = 'elapsedSeconds'): PositionEncoding {
  return {
    field,
    type: 'quantitative',
    scale: { domain: [0, axis.endSeconds], nice: false, zero: true },
    title: axis.hasTitle ? 'Elapsed time (s)' : null,
    axis: { format: ',~f', tickCount: Math.max(2, Math.min(10, Math.floor(axis.widthPx / 70))) },
  };
}
