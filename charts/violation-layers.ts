// Violations of a verified run over a plot: a mark for each in a lane of its own right above the plot, so that none
// covers data, and a faint line from it down through what the store did at that moment. Pure.
import type { Results } from '../results/schema.js';
import type { ViolationRow } from '../results/violation-row.js';
import { type ChartLayer, textLayer } from './chart-layer.js';
import { inkColors } from './palette.js';
import { type TimeAxis, timeEncoding } from './time-axis.js';

export interface ViolationLane {
  /** Space that the lane needs right above the plot. */
  heightPx: number;
  layers: ChartLayer[];
}

const laneHeightPx = 16;
const markSizePx2 = 46;
const textSizePx = 11;

/** From this many marks on, lines through the plot would hide it. */
const rulesMax = 40;

/** The marks, and how many violations there were in all: only the first of each kind have a time. */
export function violationLane(
  violations: readonly ViolationRow[],
  time: TimeAxis,
  results: Results | null,
): ViolationLane {
  const values = marks(violations, time);
  if (values.length === 0) return { heightPx: 0, layers: [] };
  const count = Math.max(violations.length, violationCount(results));
  return {
    heightPx: laneHeightPx,
    layers: [
      {
        data: { values },
        mark: { type: 'point', shape: 'triangle-down', filled: true, size: markSizePx2, opacity: 0.9 },
        encoding: {
          x: timeEncoding(time, 'seconds'),
          y: { value: -laneHeightPx / 2 },
          color: { value: inkColors.warning },
        },
      },
      textLayer({
        text: count === 1 ? '1 violation' : `${count.toLocaleString('en-US')} violations`,
        xPx: time.widthPx + 6,
        yPx: -laneHeightPx / 2,
        sizePx: textSizePx,
        color: inkColors.warning,
      }),
    ],
  };
}

/** The lines alone, for every panel of a stack. */
export function violationRules(violations: readonly ViolationRow[], time: TimeAxis): ChartLayer[] {
  const values = marks(violations, time);
  if (values.length === 0 || values.length > rulesMax) return [];
  return [
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 1, strokeDash: [2, 3], opacity: 0.45 },
      encoding: { x: timeEncoding(time, 'seconds'), color: { value: inkColors.warning } },
    },
  ];
}

/** Of all kinds together, 0 for a run that was not verified. */
export function violationCount(results: Results | null): number {
  const counts = Object.values(results?.verification?.violations ?? {});
  return counts.reduce((sum, count) => sum + count, 0);
}

/** One mark a pixel. What was found after the run, in the final audit, stands at its end. */
function marks(violations: readonly ViolationRow[], time: TimeAxis): { seconds: number }[] {
  const columns = new Map<number, number>();
  for (const { seconds } of violations) {
    const at = Math.min(Math.max(0, seconds), time.endSeconds);
    const column = Math.round((at / time.endSeconds) * time.widthPx);
    if (!columns.has(column)) columns.set(column, at);
  }
  return [...columns.values()].map((seconds) => ({ seconds }));
}
