// Latency over the offered rate, as a search found it: a point for each trial, filled where the service level held, the
// bounds of the level across, and the interval of the capacity. Pure.
import type { TopLevelSpec } from 'vega-lite';
import type { SearchRecord, TrialRecord } from '../results/search-report.js';
import { axisTicks, type ChartLayer, type PositionEncoding, textLayer } from './chart-layer.js';
import { endLabelLayers } from './end-labels.js';
import { type FrameArea, type FramedPlot, framedChart } from './framed-chart.js';
import { belowResolutionUs, type LatencyAxis, latencyAxis } from './latency-axis.js';
import { latencyEncoding, latencyPlacePx } from './latency-encoding.js';
import { inkColors, latencySeries } from './palette.js';

interface Series {
  name: string;
  color: string;
  valueMs(trial: TrialRecord): number | null;
}

/** Its ends, both above zero. */
type RateAxis = [least: number, most: number];

const lanePx = 18;
/** For latencies that a level bounds besides the two that are always drawn. */
const levelColors = [latencySeries.p999.color, latencySeries.p95.color, latencySeries.max.color];

export function searchChart(search: SearchRecord): TopLevelSpec {
  const frame = {
    title: 'Latency over offered rate',
    run: { line: describe(search), warning: null },
    lanesPx: search.capacity === undefined ? 0 : lanePx,
    rightPx: 150,
  };
  return framedChart(frame, (area) => plot(search, area));
}

function describe({ slo, trials, end, capacity, confidence }: SearchRecord): string {
  const parts = [`SLO ${slo.join(' and ')}`, trials.length === 1 ? '1 trial' : `${trials.length} trials`];
  if (end?.holds !== undefined) parts.push(`${rateOf(end.holds)} is the highest rate tried that holds`);
  else if (end !== undefined) parts.push('no rate was found that holds');
  if (capacity !== undefined) {
    const { low, high } = capacity.interval;
    parts.push(
      `capacity ${rateOf(capacity.rate)} (${Math.round(confidence * 100)} %: ${rateOf(low)} to ${rateOf(high)})`,
    );
  }
  return parts.join('  ·  ');
}

function rateOf(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3)).toLocaleString('en-US')}/s`;
}

function seriesOf(trials: readonly TrialRecord[]): Series[] {
  const { median, p99 } = latencySeries;
  const always: Series[] = [
    { name: 'p99', color: p99.color, valueMs: (trial) => trial.p99Ms },
    { name: 'p50', color: median.color, valueMs: (trial) => trial.p50Ms },
  ];
  const bounded = new Set(trials.flatMap(({ levels = [] }) => levels.map(({ metric }) => metric)));
  for (const { name } of always) bounded.delete(name);
  const others = [...bounded].slice(0, levelColors.length).map(
    (metric, i): Series => ({
      name: metric,
      color: levelColors[i]!,
      valueMs: ({ levels = [] }) => levels.find((level) => level.metric === metric)?.valueMs ?? null,
    }),
  );
  return [...others, ...always];
}

function plot(search: SearchRecord, area: FrameArea): FramedPlot {
  const { trials, capacity } = search;
  const series = seriesOf(trials);
  const points = series.flatMap(({ name, color, valueMs }) =>
    trials.flatMap((trial) => {
      const ms = valueMs(trial);
      if (ms === null) return [];
      const fill = trial.passed ? color : inkColors.paper;
      return [{ series: name, color, fill, rate: trial.rate, value: Math.max(ms * 1000, belowResolutionUs) }];
    }),
  );
  const bounds = [
    ...new Map(
      trials.flatMap(({ levels = [] }) =>
        levels.map(({ metric, boundMs }) => [metric, boundMs * 1000] as const),
      ),
    ),
  ].map(([metric, us]) => ({ metric, us: Math.max(us, belowResolutionUs) }));
  const axis = latencyAxis([...points.map(({ value }) => value), ...bounds.map(({ us }) => us)]);
  const rates = trials.map(({ rate }) => rate);
  const { low, high } = capacity?.interval ?? { low: rates[0] ?? 1, high: rates[0] ?? 1 };
  const across: RateAxis = [Math.min(low, ...rates) / 1.2, Math.max(high, ...rates) * 1.2];
  const x = rateEncoding(across);
  const y = latencyEncoding(
    axis,
    'Latency of a trial (logarithmic axis); filled: the level held, empty: it did not',
    area,
  );
  const lines = series.map(({ name, color }) => ({
    name,
    color,
    middle: middles(points.filter((point) => point.series === name)),
  }));
  const own = { type: 'nominal', scale: null } as const;
  return {
    layers: [
      ...(capacity === undefined ? [] : capacityLayers(capacity, across, area)),
      ...boundLayers(bounds, axis, area),
      {
        data: { values: lines.flatMap(({ color, middle }) => middle.map((one) => ({ ...one, color }))) },
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 },
        encoding: { x, y, color: { field: 'color', ...own } },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: false, size: 44, strokeWidth: 1.6, opacity: 1 },
        encoding: { x, y, stroke: { field: 'color', ...own }, fill: { field: 'fill', ...own } },
      },
      ...endLabelLayers(
        lines.flatMap(({ name, color, middle }) => {
          const last = middle.at(-1);
          return last === undefined
            ? []
            : [{ name, color, yPx: latencyPlacePx(last.value, axis, area.heightPx) }];
        }),
        area.widthPx,
        area.heightPx,
      ),
    ],
    isEmpty: points.length === 0,
  };
}

/** The trial in the middle of each rate; of two, the slower one. */
function middles(points: readonly { rate: number; value: number }[]): { rate: number; value: number }[] {
  const rates = [...new Set(points.map(({ rate }) => rate))].sort((a, b) => a - b);
  return rates.map((rate) => {
    const values = points.filter((point) => point.rate === rate).map(({ value }) => value);
    return { rate, value: values.sort((a, b) => a - b)[Math.floor(values.length / 2)]! };
  });
}

function capacityLayers(
  { rate, interval }: NonNullable<SearchRecord['capacity']>,
  [least, most]: RateAxis,
  { widthPx }: FrameArea,
): ChartLayer[] {
  const color = latencySeries.mean.color;
  const place = (value: number): number => (Math.log(value / least) / Math.log(most / least)) * widthPx;
  return [
    {
      data: { values: [{}] },
      mark: { type: 'rect', color, opacity: 0.22 },
      encoding: { x: { value: place(interval.low) }, x2: { value: place(interval.high) } },
    },
    {
      data: { values: [{}] },
      mark: { type: 'rule', color, strokeWidth: 1.5 },
      encoding: { x: { value: place(rate) } },
    },
    textLayer({
      text: `half of the trials hold at ${rateOf(rate)}`,
      xPx: place(rate),
      yPx: -lanePx / 2,
      sizePx: 11,
      color: inkColors.text,
      align: place(rate) > widthPx / 2 ? 'right' : 'left',
    }),
  ];
}

function boundLayers(
  bounds: readonly { metric: string; us: number }[],
  axis: LatencyAxis,
  area: FrameArea,
): ChartLayer[] {
  const { widthPx, heightPx } = area;
  return bounds.flatMap(({ metric, us }): ChartLayer[] => {
    const yPx = latencyPlacePx(us, axis, heightPx);
    const name = bounds.length === 1 ? 'SLO' : `SLO of ${metric}`;
    return [
      {
        data: { values: [{}] },
        mark: { type: 'rule', color: inkColors.warning, strokeWidth: 1.3, strokeDash: [6, 4] },
        encoding: { y: { value: yPx }, x: { value: 0 }, x2: { value: widthPx } },
      },
      textLayer({
        text: name,
        xPx: area.widthPx - 6,
        yPx: yPx - 9,
        align: 'right',
        sizePx: 11,
        color: inkColors.warning,
      }),
    ];
  });
}

/** Logarithmic, for a search doubles and halves rates. */
function rateEncoding(domain: RateAxis): PositionEncoding {
  const ticks: { value: number; label: string }[] = [];
  const steps = domain[1] / domain[0] < 300 ? [1, 2, 5] : [1];
  for (let power = 10 ** Math.floor(Math.log10(domain[0])); power <= domain[1]; power *= 10) {
    for (const step of steps) {
      const value = Number((step * power).toPrecision(12));
      if (value < domain[0] || value > domain[1]) continue;
      ticks.push({ value, label: value.toLocaleString('en-US') });
    }
  }
  return {
    field: 'rate',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    title: 'Offered operations per second (logarithmic axis)',
    axis: { ...axisTicks(ticks), grid: true },
  };
}
