// How a load thread fares: how late its event loop is, and how long it stands still to collect garbage.
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { ThreadReport } from './load-plan.js';

const resolutionMs = 10;

export class ThreadProbe {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #observer: PerformanceObserver;
  #gcPauses = 0;
  #gcMs = 0;
  #gcMaxMs = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#gcPauses++;
        this.#gcMs += duration;
        this.#gcMaxMs = Math.max(this.#gcMaxMs, duration);
      }
    });
  }

  start(): void {
    this.#delay.enable();
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** What was seen since the last call. */
  take(): ThreadReport {
    const report = {
      loopDelayP99Ms: this.#delayMs(this.#delay.percentile(99)),
      loopDelayMaxMs: this.#delayMs(this.#delay.max),
      gcPauses: this.#gcPauses,
      gcMs: this.#gcMs,
      gcMaxMs: this.#gcMaxMs,
    };
    this.#delay.reset();
    this.#gcPauses = 0;
    this.#gcMs = 0;
    this.#gcMaxMs = 0;
    return report;
  }

  stop(): void {
    this.#delay.disable();
    this.#observer.disconnect();
  }

  /** Node.js gives the whole distance of two looks at the clock, the resolution included. */
  #delayMs(distanceNs: number): number {
    return this.#delay.count === 0 ? 0 : Math.max(0, distanceNs / 1e6 - resolutionMs);
  }
}
