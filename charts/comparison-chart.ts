// What a comparison found: for each metric and side the effect against the first side with its interval, as a share, and
// behind it what two runs of the same thing differ by. The colour says what was concluded, not which way it goes. Pure.
import type { TopLevelSpec } from 'vega-lite';
import type { ComparisonRecord } from '../results/comparison-report.js';
import { axisTicks, type ChartLayer, type PositionEncoding, textLayer } from './chart-layer.js';
import { fitText } from './fit-text.js';
import { type FrameArea, type FramedPlot, framedChart } from './framed-chart.js';
import { inkColors, outcomeColors } from './palette.js';

interface Effect {
  name: string;
  text: string;
  color: string;
  effect: number;
  low: number;
  high: number;
  noise: number;
}

const rowPx = 30;
const leftPx = 190;
const rightPx = 250;
/** Head, axis and its title. */
const aroundPx = 170;

const findingColors = {
  better: outcomeColors.ok,
  worse: inkColors.warning,
  'no difference seen': inkColors.quiet,
  unknown: inkColors.axis,
} as const;

export function comparisonChart(comparison: ComparisonRecord): TopLevelSpec {
  const rows = effectsOf(comparison);
  const frame = {
    title: `Compared with ${comparison.baseline.label}`,
    run: { line: describe(comparison), warning: null },
    lanesPx: 0,
    leftPx,
    rightPx,
    heightPx: aroundPx + Math.max(3, rows.length) * rowPx,
  };
  return framedChart(frame, (area) => plot(rows, area));
}

function describe({ design, confidence, baseline, sides }: ComparisonRecord): string {
  const runs = [baseline, ...sides].map(
    ({ label, runs }) => `${label}: ${runs === 1 ? '1 run' : `${runs} runs`}`,
  );
  const how = {
    pairs: 'measured in turn',
    groups: 'several runs each',
    single: 'one run each proves nothing',
  };
  return [...runs, how[design], `intervals of ${Number((confidence * 100).toFixed(1))} %`].join('  ·  ');
}

function effectsOf({ sides, noise }: ComparisonRecord): Effect[] {
  const metrics = [...new Set(sides.flatMap((side) => side.metrics.map(({ metric }) => metric)))];
  return metrics.flatMap((name) =>
    sides.flatMap(({ label, metrics: measured }) => {
      const found = measured.find(({ metric }) => metric === name);
      if (found === undefined) return [];
      const { effect, interval, finding } = found;
      const low = interval.low ?? Number.NEGATIVE_INFINITY;
      const high = interval.high ?? Number.POSITIVE_INFINITY;
      const range =
        Number.isFinite(low) && Number.isFinite(high) ? ` (${percent(low)} to ${percent(high)})` : '';
      return [
        {
          name: sides.length === 1 ? name : `${name}, ${label}`,
          text: `${percent(effect)}${range} ${finding === 'no difference seen' ? 'none seen' : finding}`,
          color: findingColors[finding],
          effect,
          low,
          high,
          noise: noise.find(({ metric }) => metric === name)?.typical ?? 0,
        },
      ];
    }),
  );
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${Number((share * 100).toPrecision(2))} %`;
}

function plot(rows: readonly Effect[], area: FrameArea): FramedPlot {
  const ends = rows.flatMap(({ effect, low, high, noise }) => [effect, low, high, noise, -noise]);
  const finite = ends.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const step = stepOf(Math.max(most - least, 0.01) / 6);
  const domain = [Math.floor(least / step - 0.2) * step, Math.ceil(most / step + 0.2) * step] as const;
  const x = effectEncoding(
    domain,
    step,
    rows.some(({ noise }) => noise > 0),
  );
  const place = (share: number): number => {
    const within = Math.min(Math.max(share, domain[0]), domain[1]);
    return ((within - domain[0]) / (domain[1] - domain[0])) * area.widthPx;
  };
  const grid: ChartLayer = {
    // Carries the axis; drawn even where there is not a single row.
    data: { values: [{ effect: 0 }] },
    mark: { type: 'rule', color: inkColors.text, strokeWidth: 1.2 },
    encoding: { x },
  };
  return {
    layers: [grid, ...rows.flatMap((row, i) => rowLayers(row, i * rowPx + rowPx / 2, place, area))],
    isEmpty: rows.length === 0,
  };
}

function rowLayers(
  row: Effect,
  yPx: number,
  place: (share: number) => number,
  area: FrameArea,
): ChartLayer[] {
  const alone = { values: [{}] };
  const y = { value: yPx };
  return [
    ...(row.noise > 0
      ? [
          {
            data: alone,
            mark: { type: 'rect', color: inkColors.grid },
            encoding: {
              x: { value: place(-row.noise) },
              x2: { value: place(row.noise) },
              y: { value: yPx - 9 },
              y2: { value: yPx + 9 },
            },
          } as ChartLayer,
        ]
      : []),
    {
      data: alone,
      mark: { type: 'rule', color: row.color, strokeWidth: 2.5 },
      encoding: { y, x: { value: place(row.low) }, x2: { value: place(row.high) } },
    },
    {
      data: alone,
      mark: { type: 'point', filled: true, color: row.color, size: 70, opacity: 1 },
      encoding: { y, x: { value: place(row.effect) } },
    },
    textLayer({
      text: fitText(row.name, leftPx - 40, { sizePx: 12 }),
      xPx: -12,
      yPx,
      sizePx: 12,
      color: inkColors.text,
      align: 'right',
    }),
    textLayer({
      text: fitText(row.text, rightPx - 20, { sizePx: 12 }),
      xPx: area.widthPx + 12,
      yPx,
      sizePx: 12,
      color: row.color === inkColors.axis ? inkColors.quiet : row.color,
    }),
  ];
}

function stepOf(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function effectEncoding(
  [min, max]: readonly [number, number],
  step: number,
  hasNoise: boolean,
): PositionEncoding {
  const count = Math.round((max - min) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = Number((min + i * step).toPrecision(12));
    return { value, label: percent(value) };
  });
  return {
    field: 'effect',
    type: 'quantitative',
    scale: { domain: [min, max], nice: false, zero: false },
    title: `Difference, as a share of the first side${hasNoise ? '; grey: what two runs of it typically differ by' : ''}`,
    axis: { ...axisTicks(ticks), grid: true },
  };
}
