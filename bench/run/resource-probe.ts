// What the generator's process and the whole machine consume during a run: CPU time and resident memory. A sample per
// interval goes to measurements.csv; the sums go to results.json.
import { cpus } from 'node:os';
import type { Measurement } from '../output/index.js';

/** Memory is first noted after this long, when buffers and compiled code have settled. */
const earlyMs = 60_000;
/** Memory is looked at this often at least, so that the maximum misses little. */
const sampleMsMax = 500;

export interface ResourceTotals {
  /** CPU time of this process in microseconds, user and system. */
  cpuUs: number;
  /** The same in processors: CPU time per elapsed time. */
  cpuCores: number;
  /** Share of all processors that anybody used; null where the system does not tell. */
  machineCpuShare: number | null;
  rssBytesMax: number;
  rssBytesEarly: number;
  rssBytesEnd: number;
}

export interface ResourceProbeOptions {
  intervalMs: number;
  onSample(measurements: readonly Measurement[]): void;
}

interface MachineTimes {
  busyMs: number;
  totalMs: number;
}

export class ResourceProbe {
  readonly #options: ResourceProbeOptions;
  #startedMs = 0;
  #cpuAtStart = process.cpuUsage();
  #machineAtStart = machineTimes();
  #last = { ms: 0, cpuUs: 0, machine: this.#machineAtStart };
  #rssMax = process.memoryUsage.rss();
  #rssEarly = this.#rssMax;
  #isEarly = true;
  #memoryTimer: NodeJS.Timeout | undefined;
  #sampleTimer: NodeJS.Timeout | undefined;

  constructor(options: ResourceProbeOptions) {
    this.#options = options;
  }

  /** `startedMs` is the start of the run as a reading of `performance.now()`; it may be a little ahead. */
  start(startedMs: number): void {
    this.#startedMs = startedMs;
    this.#cpuAtStart = process.cpuUsage();
    this.#machineAtStart = machineTimes();
    this.#last = { ms: performance.now(), cpuUs: 0, machine: this.#machineAtStart };
    this.#rssEarly = process.memoryUsage.rss();
    this.#rssMax = this.#rssEarly;
    this.#memoryTimer = setInterval(
      () => this.#watchMemory(),
      Math.min(sampleMsMax, this.#options.intervalMs),
    );
    this.#sampleTimer = setInterval(() => this.#sample(), this.#options.intervalMs);
  }

  stop(): ResourceTotals {
    clearInterval(this.#memoryTimer);
    clearInterval(this.#sampleTimer);
    this.#sample();
    const cpuUs = this.#cpuUs();
    const elapsedMs = Math.max(1, performance.now() - this.#startedMs);
    const rssBytesEnd = process.memoryUsage.rss();
    return {
      cpuUs,
      cpuCores: cpuUs / 1000 / elapsedMs,
      machineCpuShare: shareBetween(this.#machineAtStart, machineTimes()),
      rssBytesMax: Math.max(this.#rssMax, rssBytesEnd),
      rssBytesEarly: this.#rssEarly,
      rssBytesEnd,
    };
  }

  #watchMemory(): void {
    const rss = process.memoryUsage.rss();
    this.#rssMax = Math.max(this.#rssMax, rss);
    if (!this.#isEarly || performance.now() - this.#startedMs < earlyMs) return;
    this.#rssEarly = rss;
    this.#isEarly = false;
  }

  #sample(): void {
    const now = { ms: performance.now(), cpuUs: this.#cpuUs(), machine: machineTimes() };
    const cores = (now.cpuUs - this.#last.cpuUs) / 1000 / Math.max(1, now.ms - this.#last.ms);
    const share = shareBetween(this.#last.machine, now.machine);
    this.#last = now;
    const elapsedSeconds = Math.max(0, (now.ms - this.#startedMs) / 1000);
    const row = { elapsedSeconds, source: 'generator' };
    this.#options.onSample([
      { ...row, metric: 'cpu', unit: 'cores', value: cores },
      { ...row, metric: 'rss', unit: 'bytes', value: process.memoryUsage.rss() },
      ...(share === null
        ? []
        : [{ elapsedSeconds, source: 'machine', metric: 'cpu', unit: 'share', value: share }]),
    ]);
  }

  #cpuUs(): number {
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return user + system;
  }
}

function machineTimes(): MachineTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    totalMs += all;
    busyMs += all - times.idle;
  }
  return { busyMs, totalMs };
}

function shareBetween(from: MachineTimes, to: MachineTimes): number | null {
  const totalMs = to.totalMs - from.totalMs;
  return totalMs > 0 ? Math.min(1, Math.max(0, to.busyMs - from.busyMs) / totalMs) : null;
}
