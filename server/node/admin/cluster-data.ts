/** The cluster's state as data for programs: what --json prints, beside the texts of the membership room. */
import {
  type ClusterPlan,
  type ClusterState,
  futureOwners,
  isComplete,
  type PlannedTransition,
  ringEpoch,
} from '../../membership/index.js';
import { partitionName } from '../../ring/index.js';

/** Members that are there, sorted by name; shares are of 1, `pending` the one when all is handed over. */
export function membersData(state: ClusterState) {
  const { decision, ringSize, members } = state;
  const future = futureOwners(decision);
  const share = (owners: readonly string[], name: string) =>
    owners.filter((owner) => owner === name).length / ringSize;
  return [...members]
    .filter(([, { status }]) => status !== 'invalid')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { status, address }]) => ({
      name,
      status,
      ring: share(decision.owners, name),
      pending: decision.transitions.length === 0 ? null : share(future, name),
      address,
    }));
}

export function ringData(state: ClusterState) {
  const { clusterId, ringSize, decision } = state;
  return { clusterId, ringSize, epoch: ringEpoch(decision), owners: decision.owners };
}

/** What is under way: each partition that goes from one member to another. */
export function transitionsData(state: ClusterState) {
  return state.decision.transitions.map((transition) => ({
    partition: partitionName(transition.position, state.ringSize),
    owner: transition.owner,
    nextOwner: transition.nextOwner,
    isComplete: isComplete(state, transition),
  }));
}

export function planData({ joins, changes, transitions }: ClusterPlan) {
  return {
    joins,
    changes: Array.from(changes, ([name, action]) => ({ name, ...action })),
    transitions: transitions.map(plannedData),
  };
}

function plannedData({ state, reassigned, transfers }: PlannedTransition) {
  return { members: membersData(state), reassigned, transfers };
}
