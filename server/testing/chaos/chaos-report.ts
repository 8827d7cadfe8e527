/** What a chaos run tells people. */
import type { ChaosReport } from './chaos-run.js';

const violationsShown = 20;

export function reportText(report: ChaosReport): string {
  const { violations } = report;
  const faults = Object.entries(report.done).map(([kind, count]) => `${count} ${kind}`);
  return [
    `seed ${report.seed}, durability ${report.durability}, ${report.loadSeconds.toFixed(0)} s of load`,
    `faults: ${faults.join(', ')} (${report.kills} kill -9, ${report.powerLosses} lost powers; ${report.skipped} not possible at the time)`,
    `writes acknowledged: ${report.acknowledged}, of these ${report.deletes} deletes; reads: ${report.reads}`,
    `requests refused: ${report.definiteErrors}; of unknown effect: ${report.unknown}`,
    `ends on request that had to be forced: ${report.forcedEnds}`,
    `whole and equal again after ${report.settleSeconds.toFixed(1)} s`,
    `read from every replica: ${report.keys} keys; checked for linearizability: ${report.historyOperations} operations`,
    `violations: ${violations.length}`,
    ...violations.slice(0, violationsShown).map((violation) => `  ${violation}`),
    ...(violations.length > violationsShown ? [`  and ${violations.length - violationsShown} more`] : []),
    ...(report.logs === undefined ? [] : [`logs of the servers: ${report.logs}`]),
  ].join('\n');
}
