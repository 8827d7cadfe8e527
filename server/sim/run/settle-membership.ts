/**
 * What operators do when everything has healed, until the cluster is of one mind: a member that has forgotten
 * the cluster joins anew, and what is staged is committed or cleared. Then rings must be equal, nothing left to
 * be handed over, and every member valid: that is demanded (I27).
 */
import { coreDigest, stagedChanges, stagedJoins } from '../../membership/index.js';
import type { SimulatedCluster } from '../simulated-cluster.js';
import type { CheckedCluster } from './checked-cluster.js';

/** Within this simulated time all must be settled. */
const settleLimitMs = 120_000;
/** Between two looks of the operator. */
const lookMs = 2000;

export function settleMembership(checked: CheckedCluster, commits: boolean): void {
  const { cluster } = checked;
  const endMs = cluster.nowMs + settleLimitMs;
  let lookAtMs = cluster.nowMs + lookMs;
  for (;;) {
    const left = unsettled(cluster);
    if (left === undefined || checked.isBroken) return;
    if (cluster.nowMs >= endMs) {
      checked.report('I27', `after ${settleLimitMs} ms without faults ${left}`);
      return;
    }
    if (cluster.nowMs >= lookAtMs) {
      // What cannot be committed for so long is cleared.
      operate(cluster, commits && cluster.nowMs < endMs - settleLimitMs / 2);
      lookAtMs = cluster.nowMs + lookMs;
    }
    checked.advanceTo(cluster.nowMs + 50);
  }
}

/** Nobody is left who is of the cluster: all members were removed, by operators of two sides. */
export function isDissolved(cluster: SimulatedCluster): boolean {
  return !cluster.truth.members().some((number) => cluster.truth.serves(number));
}

function operate(cluster: SimulatedCluster, commits: boolean): void {
  const { truth } = cluster;
  const members = truth.members();
  const asked = members.find(
    (number) => truth.serves(number) && cluster.machines[number]!.node !== undefined,
  );
  if (asked === undefined) return;
  for (const number of members)
    if (!truth.isIn(number)) cluster.operate(number, ['RKV.JOIN', cluster.placeOf(asked)]);
  const { state } = truth;
  if (stagedJoins(state).length === 0 && stagedChanges(state).size === 0) return;
  if (!commits) cluster.operate(asked, ['RKV.CLEAR']);
  else {
    const { claimant } = state.decision;
    const at = cluster.names.indexOf(claimant);
    if (!truth.isIn(at)) return;
    cluster.operate(at, ['RKV.PLAN']);
    cluster.scheduler.after(lookMs / 2, 0x700, () => cluster.operate(at, ['RKV.COMMIT']));
  }
}

/** What is not as it must be in the end, as the end of a sentence; undefined if all is. */
function unsettled(cluster: SimulatedCluster): string | undefined {
  const { truth, machines, names } = cluster;
  const { state } = truth;
  for (const [name, { status }] of state.members)
    if (status !== 'valid' && status !== 'invalid') return `${name} is ${status}`;
  if (state.decision.transitions.length > 0)
    return `${state.decision.transitions.length} partitions are still to be handed over`;
  if (stagedChanges(state).size > 0) return 'changes are staged';
  const digest = coreDigest(state);
  for (const number of truth.members()) {
    const { node } = machines[number]!;
    if (node === undefined) return `${names[number]} does not run`;
    if (!truth.isIn(number)) return `${names[number]} is a member, and does not know it`;
    if (coreDigest(node.clusterState) !== digest)
      return `${names[number]} knows another state of the cluster`;
    if (!node.isReady) return `${names[number]} does not see all others, or is not sure of its data`;
  }
  return undefined;
}
