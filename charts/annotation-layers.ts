// Faults and warm-up over a plot: a shaded band for each, with its label in a lane above the plot, so that no
// label covers data. Pure.
import type { Annotation } from '../results/schema.js';
import type { ChartLayer } from './chart-layer.js';
import { fitText } from './fit-text.js';
import { textWidth } from './font.js';
import { annotationColors } from './palette.js';
import { type TimeAxis, timeEncoding } from './time-axis.js';

/** Labels that would need more lanes share the last one. */
const lanesMax = 8;

const labelSizePx = 11;
const laneHeightPx = 16;

/** A label at `xPx` of the plot in lane 0, the one nearest to the plot, or above. */
interface PlacedLabel {
  annotation: Annotation;
  text: string;
  xPx: number;
  /** Where the band begins, which is not where the label does when that would not fit. */
  edgePx: number;
  lane: number;
}

export interface AnnotationLabels {
  /** Space that the lanes need above the plot. */
  heightPx: number;
  layers: ChartLayer[];
}

/** The bands alone. */
export function annotationBands(annotations: readonly Annotation[], axis: TimeAxis): ChartLayer[] {
  const values = visible(annotations, axis).map(({ kind, label, fromSeconds, toSeconds }) => ({
    kind,
    label,
    fromSeconds: Math.max(0, fromSeconds),
    toSeconds: Math.min(toSeconds, axis.endSeconds),
    color: annotationColors[kind].fill,
  }));
  if (values.length === 0) return [];
  const color = { field: 'color', type: 'nominal', scale: null } as const;
  return [
    {
      data: { values },
      mark: { type: 'rect', opacity: 0.13 },
      encoding: { x: timeEncoding(axis, 'fromSeconds'), x2: { field: 'toSeconds' }, color },
    },
    {
      // A band shorter than a pixel is still seen by its edge.
      data: { values },
      mark: { type: 'rule', opacity: 0.55, strokeWidth: 1 },
      encoding: { x: timeEncoding(axis, 'fromSeconds'), color },
    },
  ];
}

/** The labels of the bands; `abovePx` of the plot belong to another lane. */
export function annotationLabels(
  annotations: readonly Annotation[],
  axis: TimeAxis,
  abovePx = 0,
): AnnotationLabels {
  const placed = placeLabels(visible(annotations, axis), axis);
  const lanes = Math.max(0, ...placed.map(({ lane }) => lane + 1));
  const values = placed.map(({ annotation, text, xPx, edgePx, lane }) => ({
    text,
    xPx,
    edgePx,
    yPx: -abovePx - lane * laneHeightPx - laneHeightPx / 2 - 1,
    color: annotationColors[annotation.kind].text,
  }));
  const color = { field: 'color', type: 'nominal', scale: null } as const;
  const pixels = { type: 'quantitative', scale: null, axis: null } as const;
  return {
    heightPx: lanes * laneHeightPx,
    layers:
      values.length === 0
        ? []
        : [
            {
              data: { values },
              mark: { type: 'rule', opacity: 0.55, strokeWidth: 1 },
              encoding: {
                x: { field: 'edgePx', ...pixels },
                y: { field: 'yPx', ...pixels },
                y2: { value: 0 },
                color,
              },
            },
            {
              data: { values },
              mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: labelSizePx },
              encoding: {
                x: { field: 'xPx', ...pixels },
                y: { field: 'yPx', ...pixels },
                text: { field: 'text', type: 'nominal' },
                color,
              },
            },
          ],
  };
}

function visible(annotations: readonly Annotation[], axis: TimeAxis): Annotation[] {
  return annotations.filter(({ fromSeconds, toSeconds }) => fromSeconds <= axis.endSeconds && toSeconds >= 0);
}

/**
 * The latest label stands lowest: the line that leads from a label down to its band then passes to the left of
 * every label below it.
 */
function placeLabels(annotations: readonly Annotation[], axis: TimeAxis): PlacedLabel[] {
  const laneStartsPx: number[] = [];
  const latestFirst = [...annotations].sort((a, b) => b.fromSeconds - a.fromSeconds);
  return latestFirst.map((annotation) => {
    const text = fitText(annotation.label, axis.widthPx, { sizePx: labelSizePx });
    const textWidthPx = textWidth(text, labelSizePx);
    const edgePx = (Math.max(0, annotation.fromSeconds) / axis.endSeconds) * axis.widthPx;
    const xPx = Math.min(edgePx + 4, Math.max(0, axis.widthPx - textWidthPx));
    const free = laneStartsPx.findIndex((startPx) => xPx + textWidthPx + 8 <= startPx);
    const lane = free === -1 ? Math.min(laneStartsPx.length, lanesMax - 1) : free;
    laneStartsPx[lane] = xPx;
    return { annotation, text, xPx, edgePx, lane };
  });
}
