/** I21: of one claimant's term and epoch there is one decision, whoever has heard of it. */
import type { Decision } from '../../membership/index.js';
import type { CheckerSpec } from './checker.js';

export const oneDecision: CheckerSpec = {
  id: 'I21',
  demand: 'One claimant decides per version of the ring: all that have a decision have the same one.',
  notPromised: ({ hadLoss }) =>
    hadLoss ? 'a node that lost its ring file has forgotten how it voted, and what it decided' : undefined,
  create: ({ cluster, report }) => {
    const decisions = new Map<string, { text: string; node: number }>();
    const known = new WeakSet<Decision>();
    return {
      clusterChanged: (node) => {
        const { clusterId, decision } = cluster.truth.stateOf(node);
        if (known.has(decision)) return;
        known.add(decision);
        const { term, epoch, claimant, owners, transitions } = decision;
        const moves = transitions.map(({ position, nextOwner }) => `${position}>${nextOwner}`).sort();
        const text = `claimant ${claimant}, owners ${owners.join(' ')}, transfers ${moves.join(' ')}`;
        const name = `${clusterId} term ${term} epoch ${epoch}`;
        const first = decisions.get(name);
        if (first === undefined) decisions.set(name, { text, node });
        else if (first.text !== text)
          report(
            `two decisions of ${name}: node${first.node + 1} has ${first.text}; node${node + 1} has ${text}`,
          );
      },
    };
  },
};
