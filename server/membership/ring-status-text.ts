/** Ring-status and ringready: who decides, what is under way, who cannot be reached. */
import { type NodeName, partitionName } from '../ring/index.js';
import { type ClusterState, isComplete, membersWith, type Transition } from './cluster-state.js';
import { lines, titled } from './membership-text.js';
import { type RingReadiness, ringReadiness } from './ring-ready.js';

/** The three blocks of ring-status, as the asked node sees the others. */
export function ringStatusText(state: ClusterState, isUp: (name: NodeName) => boolean): string {
  return `${claimantText(state, isUp)}\n${handoffText(state, isUp)}\n${unreachableText(state, isUp)}`;
}

export function ringReadyText(readiness: RingReadiness): string {
  const names = readiness.nodes.map((name) => `'${name}'`).join(',');
  switch (readiness.kind) {
    case 'ready':
      return lines(`TRUE All nodes agree on the ring [${names}]`);
    case 'nodes_down':
      return lines(`FALSE [${names}] down.  All nodes need to be up to check.`);
    case 'different_owners':
      return lines(`FALSE [${names}] have not seen the ring as this node has it`);
  }
}

function claimantText(state: ClusterState, isUp: (name: NodeName) => boolean): string {
  const { claimant } = state.decision;
  const readiness = ringReadiness(state, isUp).kind;
  const ready = readiness === 'ready' ? 'true' : readiness === 'nodes_down' ? 'unknown' : 'false';
  return lines(
    titled('Claimant'),
    `Claimant:  '${claimant}'`,
    `Status:     ${isUp(claimant) ? 'up' : 'down'}`,
    `Ring Ready: ${ready}`,
  );
}

function handoffText(state: ClusterState, isUp: (name: NodeName) => boolean): string {
  const { transitions } = state.decision;
  if (transitions.length === 0) return lines(titled('Ownership Handoff'), 'No pending changes.');
  const pairs = new Map<string, Transition[]>();
  for (const transition of transitions) {
    const key = `${transition.owner} ${transition.nextOwner}`;
    pairs.set(key, [...(pairs.get(key) ?? []), transition]);
  }
  const blocks = [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, pair]) => pairText(state, pair, isUp))
    .join(lines('', '-'.repeat(79)));
  return lines(titled('Ownership Handoff')) + blocks;
}

function pairText(
  state: ClusterState,
  pair: readonly Transition[],
  isUp: (name: NodeName) => boolean,
): string {
  const { owner, nextOwner } = pair[0]!;
  const down = [owner, nextOwner].filter((name) => !isUp(name)).map((name) => `!!! '${name}' is DOWN !!!`);
  const rows = pair.flatMap((transition) => [
    '',
    `Index: ${partitionName(transition.position, state.ringSize)}`,
    isComplete(state, transition)
      ? '  All transfers complete. Waiting for claimant to change ownership.'
      : '  Waiting on: [rkv]',
  ]);
  return lines(`Owner:      '${owner}'`, `Next Owner: '${nextOwner}'`, ...down, ...rows);
}

function unreachableText(state: ClusterState, isUp: (name: NodeName) => boolean): string {
  const names = membersWith(state, 'joining', 'valid', 'leaving', 'exiting').filter((name) => !isUp(name));
  if (names.length === 0) return lines(titled('Unreachable Nodes'), 'All nodes are up and reachable');
  return lines(
    titled('Unreachable Nodes'),
    `The following nodes are unreachable: [${names.map((name) => `'${name}'`).join(',')}]`,
    '',
    'WARNING: The cluster state will not converge until all nodes',
    'are up. Once the above nodes come back online, convergence',
    'will continue. If the outages are long-term or permanent, you',
    'can either mark the nodes as down (rkv admin down NODE) or',
    'forcibly remove the nodes from the cluster (rkv admin',
    'force-remove NODE) to allow the remaining nodes to settle.',
  );
}
