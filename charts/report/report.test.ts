// The report as its reader gets it: whole, safe whatever the names in it, and in need of nothing else. With a Chromium on
// the machine it is opened in one as well.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunTables } from '../../results/read-run.js';
import { type Results, resultsSchema } from '../../results/schema.js';
import { latencyChart } from '../latency-chart.js';
import { summaryChart } from '../summary-chart.js';
import { sampleResults, sampleRun, sampleViolations } from '../testing/sample-run.js';
import { toSvg } from '../to-svg.js';
import { reportHtml } from './report-html.js';

const nasty = `<script>alert("1")</script>&'`;

async function figuresOf(run: RunTables) {
  const operations = [];
  for (const { name, rows } of run.operations) {
    const spec = latencyChart({ operation: name, rows, results: run.results });
    operations.push({ name, figures: [{ title: `latency of ${name}`, svg: await toSvg(spec) }] });
  }
  return { summary: { title: 'summary', svg: await toSvg(summaryChart(run)) }, operations };
}

function fullResults(): Results {
  const base = sampleResults({
    verdict: { kind: 'UNSTABLE', reasons: ['throughput fell by a third', nasty] },
  });
  const times = {
    count: 9,
    min: 0.1,
    mean: 0.2,
    p50: 0.2,
    p95: 0.4,
    p99: 0.9,
    p999: 2.1,
    p9999: 4,
    max: 4.3,
  };
  return resultsSchema.parse({
    ...base,
    config: { ...base.config, mode: 'rate' },
    total: {
      ...base.total,
      responseTimeMs: times,
      serviceTimeMs: times,
      failedTimeMs: { timeout: times, definite: null, indefinite: null },
    },
    errors: [{ operation: 'get', code: 'timeout', definite: false, count: 3, example: nasty }],
    thresholds: [{ threshold: 'p99 < 1ms', passed: false, value: 0.9, measured: '0.9 ms' }],
    schedule: {
      ...{ offered: 9, dropped: 1, backlog: 2, offeredPerSecond: 5000, achievedPerSecond: 4321 },
      limitedShare: 0.25,
    },
    faults: [
      {
        ...{ label: 'kill node2', kind: 'kill', target: ['node2'], fromSeconds: 5, toSeconds: null },
        ...{ state: 'done', message: null, output: null },
        effect: {
          ...{ beforePerSecond: 5000, lowestPerSecond: 1234, depth: 0.25, errors: 77 },
          ...{ firstErrorSeconds: 0.1, worstLatencyMs: 812, backSeconds: 3.2 },
        },
      },
    ],
    verification: {
      ...{ keys: 9, reads: 9, writes: 9, unseenReads: 0, sampledOneIn: 1, undecidedKeys: 0 },
      audit: { keys: 9, unread: 0, skipped: null },
      violations: { 'lost-write': 40 },
      ...{ expected: ['no-lost-writes'], broken: ['no-lost-writes'] },
      staleness: { staleReads: 0, share: 0, ageMs: null, versionsBehind: null },
    },
  });
}

describe('report.html', () => {
  it('says everything that results.json does', async () => {
    const run = { ...sampleRun(), results: fullResults(), violations: [...sampleViolations] };
    const page = reportHtml(run, await figuresOf(run));
    for (const part of [
      ...['UNSTABLE', 'throughput fell by a third', 'Service times', '4,321 ops/s', 'FAILED', 'p99.99'],
      ...[
        'Broken: no-lost-writes',
        '1,234',
        '812 ms',
        'kill node2',
        'workload hash',
        'Machine and generator',
        'read-your-writes',
      ],
      ...['may have had an effect', 'Configuration', 'uniform_int'],
    ])
      expect(page).toContain(part);
    expect(page.match(/<svg /g)).toHaveLength(3);
  });

  it('takes no name for HTML, and needs nothing from anywhere', async () => {
    const run = { ...sampleRun(), results: fullResults() };
    run.operations[0]!.name = nasty;
    const page = reportHtml(run, await figuresOf(run));
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page.replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:\/\/|\bsrc=|@import/);
  });

  it('gives no two shapes one name, so that pictures do not clip each other', async () => {
    const run = sampleRun();
    const page = reportHtml(run, await figuresOf(run));
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(ids.length).toBe(new Set(ids).size);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('is drawn of a folder of basho_bench too, which has no results.json', async () => {
    const run = { ...sampleRun(), results: null };
    const page = reportHtml(run, await figuresOf(run));
    expect(page).toContain('without results.json');
    expect(page.match(/<svg /g)).toHaveLength(3);
  });
});

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

describe.skipIf(browser === undefined)('in a browser (needs Chromium)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rkv-report-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('opens without a complaint, with every chart as wide as its place', async () => {
    const run = { ...sampleRun(), results: fullResults(), violations: [...sampleViolations] };
    const path = join(folder, 'report.html');
    await writeFile(path, reportHtml(run, await figuresOf(run)));
    const shot = join(folder, 'report.png');
    const flags = [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--enable-logging=stderr', '--window-size=1360,2400', `--user-data-dir=${join(folder, 'profile')}`],
    ];
    const child = spawn(browser!, [...flags, `--screenshot=${shot}`, pathToFileURL(path).href], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const patience = setTimeout(() => child.kill('SIGKILL'), 55_000);
    const [code] = await once(child, 'close');
    clearTimeout(patience);
    expect(code, said).toBe(0);
    // What the page's policy refused, and what the page got wrong, are said on the console.
    expect(said.split('\n').filter((line) => line.includes('CONSOLE'))).toEqual([]);
    const png = await readFile(shot);
    expect(png.readUInt32BE(16)).toBe(1360);
    // An empty page of this size takes some ten thousand bytes.
    expect(png.length).toBeGreaterThan(60_000);
  });
});
