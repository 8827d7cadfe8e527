// What the pictures show, read from their SVG: gaps, lone windows, empty runs, shading, the verdict.
import { describe, expect, it } from 'vitest';
import { latencyChart } from './latency-chart.js';
import { offeredRate, weightShare } from './offered-rate.js';
import { inkColors, latencySeries, offeredColor, outcomeColors } from './palette.js';
import { spectrumChart, spectrumPoints } from './spectrum-chart.js';
import { summaryChart } from './summary-chart.js';
import {
  latencyRow,
  operationTable,
  sampleResults,
  sampleRun,
  sampleSpectrum,
  sampleViolations,
  scheduleRows,
  summaryOf,
} from './testing/sample-run.js';
import { throughputChart } from './throughput-chart.js';
import { toSvg } from './to-svg.js';

/** Every path of the picture that is a line in this colour, as its drawing commands. */
function linesIn(svg: string, color: string): string[] {
  return [...svg.matchAll(/<path [^>]*? d="([^"]+)"([^>]*)>/g)]
    .filter(([, , rest]) => rest!.includes(`stroke="${color}"`))
    .map(([, commands]) => commands!);
}

/** Dots in this colour. */
function dotsIn(svg: string, color: string): number {
  return [...svg.matchAll(/<path aria-label[^>]*>/g)].filter(
    ([tag]) => tag.includes(`fill="${color}"`) && tag.includes('aria-roledescription="circle"'),
  ).length;
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

const rows = [1, 2, 3, 4, 5, 6].map((second) => latencyRow(second));
const stalled = rows.map((row, i) => (i === 2 || i === 3 ? latencyRow(i + 1, { n: 0, errors: 9 }) : row));

describe('latencyChart', () => {
  it('draws one unbroken line per percentile', async () => {
    const svg = await toSvg(latencyChart({ operation: 'get', rows, results: null }));
    const { median, p95, p99, p999, max } = latencySeries;
    for (const { color, name } of [median, p95, p99, p999, max]) {
      const lines = linesIn(svg, color).filter((commands) => commands.split('L').length > 2);
      expect(lines, name).toHaveLength(1);
      expect(countOf(lines[0]!, 'M'), name).toBe(1);
      expect(textsOf(svg)).toContain(name);
    }
  });

  it('draws service times beside response times when it is given them, and only then', async () => {
    const service = rows.map((row) => ({ ...row, p99Us: 300 }));
    const beside = textsOf(await toSvg(latencyChart({ operation: 'get', rows, service, results: null })));
    expect(beside).toContain('service 99');
    const alone = textsOf(await toSvg(latencyChart({ operation: 'get', rows, results: null })));
    expect(alone).not.toContain('service 99');
  });

  it('breaks the lines where windows have no samples, instead of drawing zeros', async () => {
    const svg = await toSvg(latencyChart({ operation: 'get', rows: stalled, results: null }));
    const line = linesIn(svg, latencySeries.median.color).find((commands) => countOf(commands, 'L') > 1);
    expect(countOf(line!, 'M')).toBe(2);
    expect(dotsIn(svg, latencySeries.median.color)).toBe(4);
  });

  it('draws a run of one window as dots', async () => {
    const svg = await toSvg(latencyChart({ operation: 'get', rows: [latencyRow(1)], results: null }));
    expect(dotsIn(svg, latencySeries.max.color)).toBe(1);
    expect(textsOf(svg)).not.toContain('no samples');
  });

  it('says that there are no samples, for no windows and for windows without samples', async () => {
    for (const empty of [[], [latencyRow(1, { n: 0 })]]) {
      const svg = await toSvg(latencyChart({ operation: 'get', rows: empty, results: null }));
      expect(textsOf(svg)).toContain('no samples');
    }
  });

  it('says that its axis is logarithmic, and writes units at its lines', async () => {
    const texts = textsOf(await toSvg(latencyChart({ operation: 'get', rows, results: null })));
    expect(texts).toContain('Latency per window (logarithmic axis)');
    expect(texts).toEqual(expect.arrayContaining(['200 µs', '1 ms', '5 ms', 'Elapsed time (s)']));
  });

  it('places latencies below a microsecond at the line that says so', async () => {
    const fast = [1, 2].map((second) => latencyRow(second, { medianUs: 0, p95Us: 0, p99Us: 1 }));
    const texts = textsOf(await toSvg(latencyChart({ operation: 'get', rows: fast, results: null })));
    expect(texts).toContain('&lt; 1 µs');
  });

  it('loses nothing of the greatest latency of an hour', async () => {
    const hour = Array.from({ length: 3_600 }, (_, i) =>
      latencyRow(i + 1, i === 1_234 ? { maxUs: 9_000_000 } : {}),
    );
    const svg = await toSvg(latencyChart({ operation: 'get', rows: hour, results: null }));
    expect(textsOf(svg)).toContain('10 s');
    const ys = linesIn(svg, latencySeries.max.color).flatMap((commands) =>
      [...commands.matchAll(/,(-?[\d.]+)/g)].map((match) => Number(match[1])),
    );
    expect(Math.min(...ys)).toBeGreaterThan(0);
    expect(Math.min(...ys)).toBeLessThan(20);
  });

  it('keeps names that are awkward in XML and JSON', async () => {
    for (const operation of [
      'a<b>&"c',
      "it's\\n",
      'tab\u0000\u0007',
      '日本 \u{1f600}',
      'x'.repeat(500),
      '',
    ]) {
      const svg = await toSvg(latencyChart({ operation, rows, results: null }));
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
      expect(svg).not.toMatch(/[\u0000-\u0008]/);
    }
  });
});

describe('throughputChart', () => {
  it('draws a stall as zero, for that is what the throughput was', async () => {
    const svg = await toSvg(throughputChart({ operation: 'get', rows: stalled, results: null }));
    const line = linesIn(svg, outcomeColors.ok).find((commands) => countOf(commands, 'L') > 1);
    expect(countOf(line!, 'M')).toBe(1);
    expect(dotsIn(svg, outcomeColors.error)).toBe(6);
  });

  it('divides by the length of the window', async () => {
    const long = [1, 2].map((i) => latencyRow(i * 5, { windowSeconds: 5, n: 40_000 }));
    const texts = textsOf(await toSvg(throughputChart({ operation: 'get', rows: long, results: null })));
    expect(texts).toContain('8,000');
    expect(texts).not.toContain('40,000');
  });

  it('leaves out a window without length', async () => {
    const rowless = [latencyRow(1, { windowSeconds: 0 })];
    const svg = await toSvg(throughputChart({ operation: 'get', rows: rowless, results: null }));
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(textsOf(svg)).toContain('no samples');
  });
});

describe('what was offered', () => {
  it('is drawn beside what was done, for an operation by its weight', async () => {
    const results = sampleResults();
    const share = weightShare(results, 'get');
    expect(share).toBeCloseTo(2 / 3);
    expect(weightShare(results, 'scan')).toBeUndefined();
    const offered = offeredRate(scheduleRows(6), share);
    expect(offered[0]).toEqual({ elapsedSeconds: 1, value: expect.closeTo(5_000 * (2 / 3)) });
    const svg = await toSvg(throughputChart({ operation: 'get', rows, offered, results }));
    expect(textsOf(svg)).toContain('offered');
    // The axis reaches what was offered, far above what was done.
    expect(textsOf(svg)).toContain('3,000');
    expect(linesIn(svg, offeredColor).length).toBeGreaterThan(0);
    const closed = await toSvg(throughputChart({ operation: 'get', rows, results }));
    expect(textsOf(closed)).not.toContain('offered');
  });
});

describe('violations', () => {
  const verification = {
    ...{ keys: 9, reads: 9, writes: 9, unseenReads: 0, sampledOneIn: 1, undecidedKeys: 0 },
    audit: { keys: 9, unread: 0, skipped: null },
    violations: { 'lost-write': 40, corrupt: 0 },
    ...{ expected: [], broken: [] },
    staleness: { staleReads: 0, share: 0, ageMs: null, versionsBehind: null },
  };
  const results = { ...sampleResults(), verification };
  const marksIn = (svg: string) => countOf(svg, 'aria-roledescription="point"');

  it('are marked on every chart over time, and all of them counted', async () => {
    const twelve = operationTable('get', 1).rows;
    const subject = { operation: 'get', rows: twelve, results, violations: sampleViolations };
    const run = { ...sampleRun(), results, violations: [...sampleViolations] };
    for (const spec of [latencyChart(subject), throughputChart(subject), summaryChart(run)]) {
      const svg = await toSvg(spec);
      expect(marksIn(svg)).toBe(sampleViolations.length);
      expect(textsOf(svg)).toContain('40 violations');
      expect(textsOf(svg).some((text) => text.includes('violations: 40 lost-write'))).toBe(true);
      expect(svg).toContain('stroke-dasharray="2,3"');
    }
  });

  it('hide nothing by their number', async () => {
    const violations = Array.from({ length: 5_000 }, (_, i) => ({
      ...sampleViolations[0]!,
      seconds: (i / 5_000) * 6,
    }));
    const svg = await toSvg(latencyChart({ operation: 'get', rows, results, violations }));
    expect(marksIn(svg)).toBeLessThan(1_000);
    expect(svg).not.toContain('stroke-dasharray="2,3"');
  });

  it('take no room where there are none, and the head says so', async () => {
    const clean = { ...results, verification: { ...verification, violations: { corrupt: 0 } } };
    const svg = await toSvg(latencyChart({ operation: 'get', rows, results: clean, violations: [] }));
    expect(textsOf(svg).some((text) => text.includes('verified: no violation'))).toBe(true);
    expect(marksIn(svg)).toBe(0);
  });
});

describe('spectrumChart', () => {
  it('ends each curve at its greatest sample, one in all of them', () => {
    const spectrum = sampleSpectrum('get', 'response', { fromUs: 100, samples: 1_000 });
    const points = spectrumPoints(spectrum);
    expect(points[0]).toEqual({ oneIn: 1, us: 100 });
    expect(points.at(-1)).toEqual({ oneIn: 1_000, us: spectrum.at(-1)!.us });
    expect(points.every(({ oneIn }) => oneIn <= 1_000)).toBe(true);
  });

  it('draws service times beside response times where there are some', async () => {
    const percentiles = sampleSpectrum('get', 'response', { fromUs: 100, samples: 1_000 });
    const service = sampleSpectrum('get', 'service', { fromUs: 90, samples: 1_000 });
    const alone = textsOf(await toSvg(spectrumChart({ operation: 'get', percentiles, results: null })));
    expect(alone).toEqual(expect.arrayContaining(['latency', '90 %', '99.9 %']));
    const all = [...percentiles, ...service];
    const both = textsOf(await toSvg(spectrumChart({ operation: 'get', percentiles: all, results: null })));
    expect(both).toEqual(expect.arrayContaining(['response', 'service']));
    const empty = textsOf(await toSvg(spectrumChart({ operation: 'get', percentiles: [], results: null })));
    expect(empty).toContain('no samples');
  });
});

describe('the head of a chart', () => {
  it('names the operation and the run', async () => {
    const texts = textsOf(await toSvg(latencyChart({ operation: 'get', rows, results: sampleResults() })));
    expect(texts).toContain('get latency');
    const line = texts.find((text) => text.startsWith('driver rkv')) ?? '';
    for (const part of ['16 workers', '12 s', 'run 20240501-sample', 'verdict VALID'])
      expect(line).toContain(part);
  });

  it('shows in red a verdict that is not VALID, with its reasons', async () => {
    const results = sampleResults({
      verdict: { kind: 'GENERATOR-BOUND', reasons: ['the load thread was busy'] },
    });
    const run = { ...sampleRun(), results };
    for (const spec of [
      latencyChart({ operation: 'get', rows, results }),
      throughputChart({ operation: 'get', rows, results }),
      summaryChart(run),
    ]) {
      const svg = await toSvg(spec);
      expect(textsOf(svg)).toEqual(expect.arrayContaining(['GENERATOR-BOUND', 'the load thread was busy']));
      expect(svg).toContain(`fill="${inkColors.warning}"`);
    }
  });
});

describe('annotations', () => {
  it('are shaded and labelled on every chart', async () => {
    const results = sampleResults();
    for (const spec of [
      latencyChart({ operation: 'get', rows, results }),
      throughputChart({ operation: 'get', rows, results }),
      summaryChart(sampleRun()),
    ]) {
      const svg = await toSvg(spec);
      expect(textsOf(svg)).toEqual(expect.arrayContaining(['warm-up', 'kill node2']));
      expect(svg).toMatch(/fill="#d55e00"[^>]*opacity="0.13"|opacity="0.13"[^>]*fill="#d55e00"/);
      expect(svg).toMatch(/fill="#6b7280"[^>]*opacity="0.13"|opacity="0.13"[^>]*fill="#6b7280"/);
    }
  });

  it('end with the run, even if they were planned to last longer', async () => {
    const results = sampleResults({
      annotations: [{ kind: 'fault', label: 'pause node1', fromSeconds: 4, toSeconds: 1e6 }],
    });
    const texts = textsOf(await toSvg(latencyChart({ operation: 'get', rows, results })));
    expect(texts).toContain('6');
    expect(texts).not.toContain('1,000,000');
  });
});

describe('summaryChart', () => {
  it("has the five panels of basho_bench's summary.r, with a column per operation", async () => {
    const texts = textsOf(await toSvg(summaryChart(sampleRun())));
    for (const title of [
      'Throughput',
      'Mean, Median, and 95th Percentile Latency',
      '99th Percentile Latency',
      '99.9th Percentile Latency',
      'Maximum Latency',
    ]) {
      expect(texts.filter((text) => text === title)).toHaveLength(1);
    }
    expect(texts.filter((text) => text === 'get_own_puts')).toHaveLength(4);
  });

  it('gives each operation an axis of its own where a slow one would press the others flat', async () => {
    const own = 'ms, each operation on an axis of its own';
    const alike = { ...sampleRun(), operations: [operationTable('get', 1), operationTable('put', 2)] };
    expect(textsOf(await toSvg(summaryChart(alike)))).not.toContain(own);
    const apart = { ...sampleRun(), operations: [operationTable('get', 1), operationTable('scan', 25)] };
    const texts = textsOf(await toSvg(summaryChart(apart)));
    expect(texts.filter((text) => text === own)).toHaveLength(4);
    expect(texts).toEqual(expect.arrayContaining(['20', '600']));
  });

  it('grows wider rather than let columns become unreadable', async () => {
    const widthOf = async (count: number) => {
      const operations = Array.from({ length: count }, (_, i) => operationTable(`operation ${i}`, 1));
      const run = { ...sampleRun(), operations, summary: summaryOf(operations), results: null };
      return Number(/ width="([\d.]+)"/.exec(await toSvg(summaryChart(run)))?.[1]);
    };
    expect(await widthOf(1)).toBe(1_280);
    expect(await widthOf(10)).toBeGreaterThanOrEqual(10 * 180);
  });

  it('draws a run without operations, and one without windows', async () => {
    const nothing = { directory: '.', summary: [], operations: [], results: null };
    expect(textsOf(await toSvg(summaryChart(nothing))).filter((text) => text === 'no samples')).toHaveLength(
      5,
    );
    const headersOnly = { ...nothing, operations: [{ name: 'get', label: 'get', rows: [] }] };
    expect(textsOf(await toSvg(summaryChart(headersOnly)))).toContain('no samples');
  });
});
