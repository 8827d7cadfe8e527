// The SVG of each chart of the sample run, compared with the text kept in golden/. `UPDATE=1` rewrites them;
// look at the pictures before you commit them.
import { readFile, writeFile } from 'node:fs/promises';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { comparisonChart } from './comparison-chart.js';
import { latencyChart } from './latency-chart.js';
import { offeredRate } from './offered-rate.js';
import { runsChart } from './runs-chart.js';
import { searchChart } from './search-chart.js';
import { spectrumChart } from './spectrum-chart.js';
import { summaryChart } from './summary-chart.js';
import { sampleComparison, sampleSearch } from './testing/sample-findings.js';
import {
  operationTable,
  sampleResults,
  sampleRun,
  sampleSpectrum,
  sampleViolations,
  scheduleRows,
} from './testing/sample-run.js';
import { throughputChart } from './throughput-chart.js';
import { toSvg } from './to-svg.js';

const subject = { operation: 'get', rows: operationTable('get', 1).rows, results: sampleResults() };
const verdict = { kind: 'UNSTABLE', reasons: ['throughput fell by a third'] } as const;

/** Response times stand still with the store; service times do not, since what waits has not been sent. */
const service = subject.rows.map((row) => ({ ...row, p99Us: Math.min(row.p99Us, 1_200) }));

const spectra = sampleSpectrum('get', 'response', { fromUs: 200, samples: 40_000 });

const charts: Record<string, TopLevelSpec> = {
  latency: latencyChart(subject),
  'latency-open-loop': latencyChart({ ...subject, service }),
  'latency-without-results': latencyChart({ ...subject, results: null }),
  throughput: throughputChart({
    ...subject,
    results: sampleResults({ verdict: { ...verdict, reasons: [...verdict.reasons] } }),
  }),
  'throughput-open-loop': throughputChart({
    ...subject,
    offered: offeredRate(scheduleRows(), 0.9),
    violations: sampleViolations,
  }),
  percentiles: spectrumChart({
    operation: 'get',
    percentiles: [
      ...sampleSpectrum('get', 'response', { fromUs: 200, samples: 40_000 }),
      ...sampleSpectrum('get', 'service', { fromUs: 150, samples: 40_000 }),
    ],
    results: sampleResults(),
  }),
  search: searchChart(sampleSearch()),
  comparison: comparisonChart(sampleComparison()),
  runs: runsChart([
    { label: 'before', run: { ...sampleRun(), percentiles: spectra } },
    { label: 'after', run: { ...sampleRun(), operations: [operationTable('get', 1.5, 15)] } },
  ]),
  'no-samples': latencyChart({ operation: 'get', rows: [], results: null }),
  summary: summaryChart(sampleRun()),
  'summary-of-slow-and-fast': summaryChart({
    ...sampleRun(),
    schedule: scheduleRows(),
    violations: [...sampleViolations],
    operations: [operationTable('get', 1), operationTable('scan', 25)],
  }),
};

describe('the golden pictures', () => {
  for (const [name, spec] of Object.entries(charts)) {
    it(`draws ${name} as before`, async () => {
      const path = new URL(`./golden/${name}.svg`, import.meta.url);
      // One element a line, so that a difference can be read.
      const svg = `${(await toSvg(spec)).replaceAll('><', '>\n<')}\n`;
      if (process.env.UPDATE === '1') await writeFile(path, svg);
      expect(svg).toBe(await readFile(path, 'utf8'));
    });
  }
});
