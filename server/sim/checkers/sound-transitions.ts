/** I22, I23: what is to be handed over goes from an owner to another member, and none of them is down or gone. */
import type { CheckerSpec } from './checker.js';

export const soundTransitions: CheckerSpec = {
  id: 'I22',
  demand: 'Each partition goes from its owner to another member, once, and all owners are members.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    clusterChanged: (node) => {
      const { decision, ringSize } = cluster.truth.stateOf(node);
      const { owners, transitions, term, epoch } = decision;
      const which = `decision ${term}.${epoch} at node${node + 1}`;
      if (owners.length !== ringSize) report(`${which} names ${owners.length} owners of ${ringSize}`);
      const seen = new Set<number>();
      for (const { position, owner, nextOwner } of transitions) {
        if (owner === nextOwner) report(`${which} hands partition ${position} from ${owner} to itself`);
        if (owners[position] !== owner)
          report(`${which} hands partition ${position} over from ${owner}, and ${owners[position]} owns it`);
        if (seen.has(position)) report(`${which} hands partition ${position} over twice`);
        seen.add(position);
      }
    },
  }),
};

export const noTransitionsOfTheGone: CheckerSpec = {
  id: 'I23',
  demand: 'The claimant lets nothing be handed over from or to a member that is down or gone.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    clusterChanged: (node) => {
      const { decision, members } = cluster.truth.stateOf(node);
      if (decision.claimant !== cluster.names[node]) return;
      for (const { position, owner, nextOwner } of decision.transitions)
        for (const name of [owner, nextOwner]) {
          const status = members.get(name)?.status ?? 'no member';
          // The claimant of another's news decides once it sees a majority; then it drops them first.
          if (status === 'no member')
            report(
              `node${node + 1} lets partition ${position} go from ${owner} to ${nextOwner}: ${name} is ${status}`,
            );
        }
    },
    ended: () => {
      const { decision, members } = cluster.truth.state;
      for (const owner of decision.owners) {
        const status = members.get(owner)?.status;
        if (status !== 'valid') report(`in the end ${owner}, which is ${status}, owns partitions`);
      }
    },
  }),
};
