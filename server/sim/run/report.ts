/** Sums up runs: how much was simulated, what befell it, what was checked, and what was never reached. */
import { ProbeCounts, probes } from './probes.js';
import { failuresOf, type RunResult } from './run-result.js';

export class Report {
  seeds = 0;
  failedSeeds: number[] = [];
  simulatedMs = 0;
  events = 0;
  operations = { ok: 0, failed: 0, unknown: 0, acknowledgedWrites: 0 };
  readonly faults = new Map<string, number>();
  readonly probes = new ProbeCounts();
  /** By `id: why`: what was broken that is not promised. */
  readonly notPromised = new Map<string, number>();

  add(result: RunResult): void {
    this.seeds++;
    if (failuresOf(result).length > 0) this.failedSeeds.push(result.settings.seed);
    this.simulatedMs += result.simulatedMs;
    this.events += result.events;
    const { operations } = result;
    this.operations.ok += operations.ok;
    this.operations.failed += operations.failed;
    this.operations.unknown += operations.unknown;
    this.operations.acknowledgedWrites += operations.acknowledgedWrites;
    for (const [kind, count] of result.faults) this.faults.set(kind, (this.faults.get(kind) ?? 0) + count);
    this.probes.add(result.probes);
    for (const { id, notPromised } of result.violations) {
      if (notPromised === undefined) continue;
      const what = `${id}: ${notPromised}`;
      this.notPromised.set(what, (this.notPromised.get(what) ?? 0) + 1);
    }
  }

  /** For a person. `elapsedMs` is real time, `cpuMs` what the processor spent on it. */
  lines(elapsedMs: number, cpuMs: number): string[] {
    const hours = this.simulatedMs / 3_600_000;
    const { ok, failed, unknown, acknowledgedWrites } = this.operations;
    const byCount = (counts: ReadonlyMap<string, number>) =>
      [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${number(count)}`);
    const missing = this.probes.missing();
    return [
      `${number(this.seeds)} seeds, ${hours.toFixed(2)} simulated hours in ${(elapsedMs / 1000).toFixed(1)} s ` +
        `(${number(this.simulatedMs / cpuMs)} times the time of the processor), ${number(this.events)} events`,
      `requests: ${number(ok)} ok, ${number(failed)} failed for certain, ${number(unknown)} unknown; ` +
        `${number(acknowledgedWrites)} acknowledged writes checked`,
      `faults: ${byCount(this.faults).join(', ') || 'none'}`,
      `situations reached: ${byCount(this.probes.counts).join(', ') || 'none'}`,
      ...(missing.length === 0 ? [] : [`never reached: ${missing.join(', ')}`]),
      ...byCount(this.notPromised).map((what) => `not promised, and seen broken: ${what} times`),
      this.failedSeeds.length === 0
        ? 'no promise was broken'
        : `BROKEN in ${this.failedSeeds.length} of ${this.seeds} seeds: ${this.failedSeeds.slice(0, 20).join(' ')}`,
    ];
  }

  json(elapsedMs: number, cpuMs: number): Record<string, unknown> {
    return {
      seeds: this.seeds,
      failedSeeds: this.failedSeeds,
      simulatedHours: this.simulatedMs / 3_600_000,
      elapsedMs,
      cpuMs,
      events: this.events,
      operations: this.operations,
      faults: Object.fromEntries(this.faults),
      probes: Object.fromEntries(
        Object.keys(probes).map((name) => [name, this.probes.counts.get(name as keyof typeof probes) ?? 0]),
      ),
      neverReached: this.probes.missing(),
      notPromised: Object.fromEntries(this.notPromised),
    };
  }
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
