// `rkv bench check`: everything that `run` would look at before it starts, and the plan, without running it.
import type { Argv, CommandModule } from 'yargs';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { describeMode, describePhases } from '../config/describe-load.js';
import { formatDurationMs } from '../config/duration.js';
import { workloadHash } from '../config/workload-hash.js';
import { describeSpec } from '../generators/index.js';
import { checkWorkload } from '../run/check-workload.js';
import { prepareRun } from './prepare-run.js';
import { type RunArguments, runOptions } from './run-command.js';

interface CheckArguments extends RunArguments {
  file?: string | undefined;
}

const configurationExitCode = 3;

export const checkCommand: CommandModule<object, CheckArguments> = {
  command: 'check [file]',
  describe: 'Look through a configuration and print the plan, without running it',
  builder: (yargs) =>
    runOptions(
      yargs.positional('file', { type: 'string', describe: 'Configuration, as for run --config' }),
    ) as unknown as Argv<CheckArguments>,
  handler: async (given) => {
    process.exitCode = await check(given);
  },
};

async function check(given: CheckArguments): Promise<number> {
  try {
    const { plan, notes } = await prepareRun(given.file ?? given.config, given);
    const hash = workloadHash(plan, await checkWorkload(plan));
    if (given.json) console.log(JSON.stringify({ ok: true, workloadHash: hash, notes, plan }, null, 2));
    else console.log([...planLines(plan), `workload    ${hash}`, ...notes].join('\n'));
    return 0;
  } catch (error) {
    if (!given.json || !(error instanceof ConfigurationError)) throw error;
    console.log(JSON.stringify({ ok: false, problems: error.problems }, null, 2));
    return configurationExitCode;
  }
}

function planLines(plan: BenchPlan): string[] {
  const sum = plan.operations.reduce((total, { weight }) => total + weight, 0);
  const operations = plan.operations.map(({ name, weight, operation, keyGenerator, valueGenerator }) => {
    const parts = [
      `${name} ${((100 * weight) / sum).toFixed(1)} %`,
      ...(operation === undefined ? [] : [`does ${operation}`]),
      ...(keyGenerator === undefined ? [] : [`keys ${describeSpec(keyGenerator)}`]),
      ...(valueGenerator === undefined ? [] : [`values ${describeSpec(valueGenerator)}`]),
    ];
    return parts.join(', ');
  });
  const { cluster, endpoints } = plan;
  const target =
    cluster !== undefined
      ? `a cluster of its own: ${cluster.nodes} nodes, ring of ${cluster.ringSize}, n=${cluster.n} r=${cluster.r} w=${cluster.w}, ${cluster.consistency}, ${cluster.dataDir === undefined ? 'in memory' : `data in ${cluster.dataDir} (${cluster.durability})`}`
      : endpoints.map(({ host, port }) => `${host}:${port}`).join(', ');
  const rows: [string, string][] = [
    ['driver', [plan.driver, target].filter((part) => part !== '').join(', ')],
    [
      'load',
      `${plan.concurrentWorkers} workers on ${plan.threads} threads, ${describeMode(plan.mode)}, ${describePhases(plan)}`,
    ],
    ...operations.map((line, index): [string, string] => [index === 0 ? 'operations' : '', line]),
    ['keys', describeSpec(plan.keyGenerator)],
    ['values', describeSpec(plan.valueGenerator)],
    ['chance', `${plan.randomAlgorithm}, seed ${plan.randomSeed.join(',')}`],
    ...plan.faults.map((fault, index): [string, string] => [
      index === 0 ? 'faults' : '',
      `at ${formatDurationMs(fault.atMs)}: ${fault.label}`,
    ]),
    ...(plan.verify === undefined
      ? []
      : [
          ['verify', `${plan.verify.expect.join(', ')}; up to ${plan.verify.operationsMax} operations`] as [
            string,
            string,
          ],
        ]),
    ['windows', formatDurationMs(plan.reportIntervalMs)],
    ['results', plan.testDir],
  ];
  return ['The configuration is right.', ...rows.map(([name, text]) => `${name.padEnd(11)} ${text}`)];
}
