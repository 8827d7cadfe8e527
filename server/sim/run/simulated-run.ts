/**
 * One run: rounds of a phase in which faults are injected under load, and a phase in which everything heals and
 * progress is demanded; then every key is read once more, and the checkers have the last word. It ends at the
 * first broken promise.
 */
import { drawActions } from '../faults/nemesis.js';
import { RandomStream } from '../random-stream.js';
import { Session } from '../workload/session.js';
import { CheckedCluster, type Fault, type LogLine } from './checked-cluster.js';
import type { RunResult } from './run-result.js';
import type { RunSettings } from './settings.js';

export interface SimulatedRunOptions {
  readonly settings: RunSettings;
  /** Instead of what the seed draws: for a run that is being shrunk. */
  readonly actions?: readonly Fault[];
  readonly onLine?: (line: LogLine) => void;
}

/** Within this simulated time after everything healed, all nodes must see each other. */
const formLimitMs = 60_000;
/** And within this, fallbacks must have handed over what they took. */
const drainLimitMs = 120_000;
/** And within this, replicas must be equal again, and no tombstone be left. */
const quietLimitMs = 240_000;
/**
 * Load goes on for so long after that: longer than the clock of a node that began anew may be ahead of the others,
 * who refuse its versions until then.
 */
const afterwardsMs = 3000;

export function simulate(options: SimulatedRunOptions): RunResult {
  const { settings, onLine } = options;
  const checked = new CheckedCluster({ settings, ...(onLine === undefined ? {} : { onLine }) });
  checked.cluster.form();
  const sessions = startSessions(checked, settings);
  const actions: Fault[] = [];
  for (let round = 0; round < settings.rounds && !checked.isBroken; round++) {
    const startMs = Math.ceil(checked.cluster.nowMs);
    const drawn = actionsOf(options, round, startMs);
    actions.push(...drawn);
    for (const action of drawn) checked.schedule(action);
    for (const session of sessions) session.resume();
    checked.advanceTo(startMs + settings.roundMs);
    if (checked.isBroken) break;
    checked.heal();
    demandProgress(checked, settings, sessions);
    if (!checked.isBroken) checked.finish();
  }
  return resultOf(checked, settings, actions);
}

function actionsOf({ settings, actions }: SimulatedRunOptions, round: number, startMs: number): Fault[] {
  const { seed, nodes, kinds, paceMs, roundMs } = settings;
  const endMs = startMs + roundMs;
  if (actions !== undefined) return actions.filter(({ atMs }) => atMs >= startMs && atMs < endMs);
  const random = new RandomStream(seed, `nemesis ${round}`);
  return drawActions({ random, nodes, kinds, startMs, endMs, paceMs });
}

function startSessions(checked: CheckedCluster, { seed, sessions, traits }: RunSettings): Session[] {
  const random = new RandomStream(seed, 'workload');
  return Array.from(
    { length: sessions },
    (_, number) =>
      new Session({
        number,
        cluster: checked.cluster,
        random: random.fork(`session ${number}`),
        observation: checked.observation,
        traits,
        onCall: (operation) => checked.called(operation),
        onReturn: (operation) => checked.returned(operation),
        onStrayReply: (session, reply) => checked.strayReply(session, reply),
      }),
  );
}

function demandProgress(
  checked: CheckedCluster,
  { traits }: RunSettings,
  sessions: readonly Session[],
): void {
  const { cluster } = checked;
  const limitMs = cluster.nowMs + formLimitMs;
  while (!checked.isFormed && cluster.nowMs < limitMs && !checked.isBroken)
    checked.advanceTo(cluster.nowMs + 100);
  if (!checked.isFormed && !checked.isBroken)
    checked.report('I27', `after ${formLimitMs} ms without faults some nodes do not see each other`);
  // Under load for a while, and then the last answers.
  checked.advanceTo(cluster.nowMs + afterwardsMs);
  for (const session of sessions) session.stop();
  const isWaiting = () => sessions.some((session) => session.waiting > 0);
  const lastMs = cluster.nowMs + traits.giveUpMs + 500;
  while (isWaiting() && cluster.nowMs < lastMs && !checked.isBroken) checked.advanceTo(cluster.nowMs + 100);
  if (isWaiting() && !checked.isBroken)
    checked.report('I36', 'requests have no answer, and everything healed');
  const drainedMs = cluster.nowMs + drainLimitMs;
  while (cluster.survey.strays().length > 0 && cluster.nowMs < drainedMs && !checked.isBroken)
    checked.advanceTo(cluster.nowMs + 100);
  const quietMs = cluster.nowMs + quietLimitMs;
  const isQuiet = () => checked.areReplicasEqual && cluster.survey.tombstones().length === 0;
  while (!isQuiet() && cluster.nowMs < quietMs && !checked.isBroken) checked.advanceTo(cluster.nowMs + 500);
}

function resultOf(checked: CheckedCluster, settings: RunSettings, actions: readonly Fault[]): RunResult {
  const { cluster, operations } = checked;
  const { trace } = cluster.scheduler;
  const { counts } = cluster.network;
  checked.probes.hit('bytes-lost-in-a-cut', counts.lost);
  const faults = new Map(checked.faults);
  if (counts.tail > 0) faults.set('tail-delay', counts.tail);
  if (counts.duplicated > 0) faults.set('duplicates', counts.duplicated);
  if (counts.split > 0) faults.set('split-chunks', counts.split);
  return {
    settings,
    actions,
    violations: checked.violations,
    hash: trace.toString(),
    events: trace.events,
    simulatedMs: cluster.nowMs,
    operations,
    faults,
    probes: checked.probes,
  };
}
