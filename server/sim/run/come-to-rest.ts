/**
 * The second phase of a round: everything has healed, and progress is demanded. The members agree, the clients go
 * on for a while and then have all their answers, fallbacks hand over what they took, and replicas become equal.
 */
import type { Session } from '../workload/session.js';
import type { CheckedCluster } from './checked-cluster.js';
import type { RunSettings } from './settings.js';
import { settleMembership } from './settle-membership.js';

/** Within this simulated time fallbacks must have handed over what they took. */
const drainLimitMs = 120_000;
/** And within this, replicas must be equal again, and no tombstone be left. */
const quietLimitMs = 240_000;
/**
 * Load goes on for so long: longer than the clock of a node that began anew may be ahead of the others, who refuse
 * its versions until then.
 */
const afterwardsMs = 3000;
/** How often what all nodes hold is looked at: that takes long. */
const lookMs = 500;

export function comeToRest(
  checked: CheckedCluster,
  { seed, traits }: Pick<RunSettings, 'seed' | 'traits'>,
  sessions: readonly Session[],
): void {
  const { cluster } = checked;
  settleMembership(checked, seed % 2 === 0);
  // Under load for a while, and then the last answers.
  checked.advanceTo(cluster.nowMs + (sessions.length > 0 ? afterwardsMs : 0));
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
  while (!isQuiet() && cluster.nowMs < quietMs && !checked.isBroken)
    checked.advanceTo(cluster.nowMs + lookMs);
}
