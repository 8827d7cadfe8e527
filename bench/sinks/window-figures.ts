// What sinks are told of a window, from its counts. Only done where there is a sink.
import { type LatencyHistogram, latencyStatistics } from '../statistics/index.js';
import type { OperationFigures, WindowFigures } from './sink.js';

/** What a window holds; see bench/run/collected-window.ts. */
export interface CountedWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly operations: readonly { ok: number; failed: number; latencies: LatencyHistogram }[];
  readonly schedule: { offered: number; backlog: number } | undefined;
}

export function windowFigures(names: readonly string[], window: CountedWindow): WindowFigures {
  const windowSeconds = (window.toMs - window.fromMs) / 1000;
  const perSecond = (count: number): number => (windowSeconds > 0 ? count / windowSeconds : 0);
  return {
    elapsedSeconds: window.toMs / 1000,
    windowSeconds,
    operations: window.operations.map(({ ok, failed, latencies }, index): OperationFigures => {
      const statistics = latencyStatistics(latencies);
      return {
        name: names[index]!,
        ok,
        failed,
        opsPerSecond: perSecond(ok),
        responseTimeMs:
          statistics === null
            ? null
            : {
                p50: statistics.p50,
                p95: statistics.p95,
                p99: statistics.p99,
                p999: statistics.p999,
                max: statistics.max,
              },
      };
    }),
    schedule:
      window.schedule === undefined
        ? null
        : { offeredPerSecond: perSecond(window.schedule.offered), backlog: window.schedule.backlog },
  };
}
