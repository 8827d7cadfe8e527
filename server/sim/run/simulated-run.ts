/**
 * One run: rounds of a phase in which faults are injected under load, and a phase in which everything heals and
 * progress is demanded; then every key is read once more, and the checkers have the last word. It ends at the
 * first broken promise.
 */
import { drawActions } from '../faults/nemesis.js';
import { RandomStream } from '../random-stream.js';
import { Session } from '../workload/session.js';
import { CheckedCluster, type Fault, type LogLine } from './checked-cluster.js';
import { comeToRest } from './come-to-rest.js';
import type { RunResult } from './run-result.js';
import type { RunSettings } from './settings.js';
import { isDissolved } from './settle-membership.js';

export interface SimulatedRunOptions {
  readonly settings: RunSettings;
  /** Instead of what the seed draws: for a run that is being shrunk. */
  readonly actions?: readonly Fault[];
  readonly onLine?: (line: LogLine) => void;
}

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
    if (isDissolved(checked.cluster)) break;
    comeToRest(checked, settings, sessions);
    if (!checked.isBroken && !isDissolved(checked.cluster)) checked.finish();
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
