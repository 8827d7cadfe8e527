// The parts of a Vega-Lite specification that the charts are put together from. Vega-Lite exports only the
// type of the whole.
import type { TopLevelSpec } from 'vega-lite';

/** One mark with its encoding, or several drawn over each other on the same axes. */
export type ChartLayer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** One panel of a stack of panels. */
export type ChartPanel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

type Encoding = NonNullable<Extract<ChartLayer, { mark: unknown }>['encoding']>;

/** What stands on the horizontal or the vertical axis. */
export type PositionEncoding = NonNullable<Encoding['x']>;

export type ChartConfig = NonNullable<TopLevelSpec['config']>;

/** The part of an axis that puts exactly these lines on it, each with its own text. */
export function axisTicks(ticks: readonly { value: number; label: string }[]) {
  const values = ticks.map(({ value }) => value);
  const labels = ticks.map(({ label }) => label);
  // Vega's own formats round to the digits of the smallest step, and know no units.
  const labelExpr = `${JSON.stringify(labels)}[indexof(${JSON.stringify(values)}, datum.value)]`;
  return { values, labelExpr, labelOverlap: false };
}

/** A text at a place counted in pixels from the upper left corner of the plot; outside of it is fine. */
export interface PlacedText {
  text: string;
  xPx: number;
  yPx: number;
  sizePx: number;
  color: string;
  bold?: boolean;
  align?: 'left' | 'center' | 'right';
}

export function textLayer(placed: PlacedText): ChartLayer {
  return {
    // A row of its own: without it the mark would be drawn once for every row of the chart.
    data: { values: [{}] },
    mark: {
      type: 'text',
      align: placed.align ?? 'left',
      baseline: 'middle',
      fontSize: placed.sizePx,
      fontWeight: placed.bold === true ? 'bold' : 'normal',
      color: placed.color,
    },
    encoding: { x: { value: placed.xPx }, y: { value: placed.yPx }, text: { value: placed.text } },
  };
}

/** A filled rectangle at a place counted in pixels from the upper left corner of the plot. */
export interface PlacedBox {
  xPx: number;
  yPx: number;
  widthPx: number;
  heightPx: number;
  color: string;
  radiusPx?: number;
}

export function boxLayer(box: PlacedBox): ChartLayer {
  return {
    data: { values: [{}] },
    mark: { type: 'rect', color: box.color, cornerRadius: box.radiusPx ?? 0 },
    encoding: {
      x: { value: box.xPx },
      x2: { value: box.xPx + box.widthPx },
      y: { value: box.yPx },
      y2: { value: box.yPx + box.heightPx },
    },
  };
}
