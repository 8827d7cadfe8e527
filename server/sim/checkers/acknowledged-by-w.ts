/** I52, I54: a write is acknowledged only when w distinct members have taken it; no error and no echo counts. */
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';
import { versionOf } from './version-of.js';

export const acknowledgedByW: CheckerSpec = {
  id: 'I52',
  demand: 'An acknowledged write has been taken by w distinct members.',
  notPromised: () => undefined,
  create: ({ cluster, circumstances, observation, quorum, report }) => {
    /** Members that the cluster has had at the least. */
    let fewest = Number.POSITIVE_INFINITY;
    return {
      clusterChanged: (node) => {
        const { members } = cluster.truth.stateOf(node);
        const joined = [...members.values()].filter(
          ({ status }) => status !== 'invalid' && status !== 'joining',
        );
        fewest = Math.min(fewest, Math.max(1, joined.length));
      },
      returned: (operation) => {
        if (operation.kind === 'get' || operation.result !== 'ok') return;
        const version = versionOf(operation, observation, cluster);
        const key = observation.seen(operation.key);
        // Of a write that was never stored, all its members had a newer one.
        const takers = key.highestByNode.filter(
          (highest) => highest !== undefined && highest >= (version ?? ''),
        );
        const primaries = cluster.survey.distinctPrimaries(operation.key, quorum.n);
        // A node asks for no more members than there are, as it sees it.
        const members = cluster.machines[operation.node]?.node?.ring.members.length ?? 1;
        const needed = circumstances.hadMembershipChange
          ? Math.min(quorum.w, primaries, members, fewest)
          : Math.min(quorum.w, primaries);
        if (takers.length < needed)
          report(`${describeOperation(operation)}, though ${takers.length} of ${needed} members took it`);
      },
    };
  },
};
