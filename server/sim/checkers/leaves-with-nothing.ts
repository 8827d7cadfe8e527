/** I26: a member that has left owns nothing, and holds nothing that it has not handed over. */
import type { CheckerSpec } from './checker.js';

export const leavesWithNothing: CheckerSpec = {
  id: 'I26',
  demand: 'A member that leaves goes when it owns nothing, and holds nothing that others should have.',
  notPromised: ({ hadRot }) => (hadRot ? 'a damaged record is not handed over' : undefined),
  create: ({ cluster, report }) => ({
    clusterChanged: (node) => {
      const { node: running } = cluster.machines[node]!;
      if (running === undefined || cluster.truth.statusOf(node) !== 'exiting') return;
      const { decision } = cluster.truth.stateOf(node);
      const name = cluster.names[node]!;
      if (decision.owners.includes(name)) report(`node${node + 1} goes, and owns partitions still`);
      if (decision.transitions.some(({ nextOwner }) => nextOwner === name))
        report(`node${node + 1} goes, and partitions are on their way to it`);
    },
  }),
};
