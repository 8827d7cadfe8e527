// Names of lines beside their right ends, in place of a legend: a short bar in the line's colour, then its name.
// Pure.
import type { ChartLayer } from './chart-layer.js';
import { inkColors } from './palette.js';
import { spreadLabels } from './spread-labels.js';

export interface EndLabel {
  name: string;
  color: string;
  /** Where the line ends, from the top of the plot; null for a line without a single point. */
  yPx: number | null;
}

const gapPx = 17;

/** Beside a plot of the given size; labels given first lie above those that end at the same place. */
export function endLabelLayers(labels: readonly EndLabel[], widthPx: number, heightPx: number): ChartLayer[] {
  if (labels.length === 0) return [];
  const placesPx = spreadLabels(
    labels.map(({ yPx }) => yPx ?? 0),
    gapPx,
    heightPx,
  );
  const values = labels.map(({ name, color, yPx }, i) => ({
    name,
    color,
    endPx: yPx ?? placesPx[i]!,
    yPx: placesPx[i]!,
  }));
  const pixels = { type: 'quantitative', scale: null, axis: null } as const;
  const color = { field: 'color', type: 'nominal', scale: null } as const;
  return [
    {
      // From the end of the line to the label, which may have had to move.
      data: { values },
      mark: { type: 'rule', strokeWidth: 1, opacity: 0.6 },
      encoding: {
        x: { value: widthPx + 3 },
        x2: { value: widthPx + 12 },
        y: { field: 'endPx', ...pixels },
        y2: { field: 'yPx' },
        color,
      },
    },
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 3.5 },
      encoding: {
        x: { value: widthPx + 12 },
        x2: { value: widthPx + 24 },
        y: { field: 'yPx', ...pixels },
        color,
      },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 12, color: inkColors.text },
      encoding: {
        x: { value: widthPx + 29 },
        y: { field: 'yPx', ...pixels },
        text: { field: 'name', type: 'nominal' },
      },
    },
  ];
}
