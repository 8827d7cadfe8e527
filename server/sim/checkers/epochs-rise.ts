/** I28, I29, I34: the ring of a node never goes back, restarts included, and nobody who was removed decides. */
import { ringEpoch } from '../../membership/index.js';
import type { CheckerSpec } from './checker.js';

export const epochsRise: CheckerSpec = {
  id: 'I34',
  demand: 'A node never goes back to an older ring of its cluster, not even in its next life.',
  notPromised: ({ hadLoss }) => (hadLoss ? 'a node that lost its ring file begins anew' : undefined),
  create: ({ cluster, report }) => {
    const epochs = new Map<string, number>();
    const look = (node: number) => {
      const { clusterId, decision } = cluster.truth.stateOf(node);
      const place = `${node} ${clusterId}`;
      const epoch = ringEpoch(decision);
      const before = epochs.get(place) ?? 0;
      if (epoch < before)
        report(
          `node${node + 1} is back at decision ${decision.term}.${decision.epoch} of ${clusterId}: it had ` +
            `${Math.floor(before / 2 ** 32)}.${before % 2 ** 32}`,
        );
      epochs.set(place, Math.max(epoch, before));
    };
    return {
      clusterChanged: look,
      sampled: () => {
        for (const { number } of cluster.machines) look(number);
      },
    };
  },
};

export const removedDecideNothing: CheckerSpec = {
  id: 'I28',
  demand: 'A member that was removed decides nothing, and members are listed in order, each once.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => {
    const claimed = new Map<number, number>();
    return {
      clusterChanged: (node) => {
        const { decision, members } = cluster.truth.stateOf(node);
        const name = cluster.names[node]!;
        const epoch = ringEpoch(decision);
        if (
          decision.claimant === name &&
          members.get(name)?.status === 'invalid' &&
          claimed.get(node) !== epoch
        )
          report(`node${node + 1} was removed and has made decision ${decision.term}.${decision.epoch}`);
        claimed.set(node, epoch);
        const ring = cluster.machines[node]!.node?.ring;
        if (ring?.members.some((one, i) => i > 0 && ring.members[i - 1]! >= one))
          report(`node${node + 1} lists the members as ${ring.members.join(', ')}`);
      },
    };
  },
};
