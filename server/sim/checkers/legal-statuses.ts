/**
 * I24, I31: what is known of a member only ever goes forward, nobody comes back from having been removed but by
 * joining anew, and two that know the same writing of an entry know the same.
 */
import type { ClusterState } from '../../membership/index.js';
import type { CheckerSpec } from './checker.js';

export const legalStatuses: CheckerSpec = {
  id: 'I24',
  demand: 'The status of a member goes the ways that are laid out, at every node, and forward only.',
  notPromised: ({ hadLoss }) =>
    hadLoss ? 'a node that lost its ring file begins with what it was told first' : undefined,
  create: ({ cluster, report }) => {
    /** By cluster, member and writing: what it says, and who had it first. */
    const writings = new Map<string, { status: string; node: number }>();
    /** By node and cluster. */
    const last = new Map<string, ClusterState['members']>();
    return {
      clusterChanged: (node) => {
        const { clusterId, members } = cluster.truth.stateOf(node);
        const place = `${node} ${clusterId}`;
        const before = last.get(place);
        last.set(place, members);
        for (const [name, entry] of members) {
          const { counter, writer, status } = entry;
          const old = before?.get(name);
          if (old === entry) continue;
          const writing = `${clusterId} ${name} ${counter} ${writer}`;
          const first = writings.get(writing);
          if (first === undefined) writings.set(writing, { status, node });
          else if (first.status !== status)
            report(
              `${writer} has called ${name} ${first.status} (node${first.node + 1}) and ${status} ` +
                `(node${node + 1}) in one writing, number ${counter}`,
            );
          if (old === undefined) continue;
          if (counter < old.counter)
            report(`node${node + 1} has gone back from writing ${old.counter} of ${name} to ${counter}`);
          if (old.status === 'invalid' && status !== 'invalid' && counter === old.counter)
            report(`node${node + 1} takes ${name}, which was removed, for ${status}, and it has not joined`);
        }
        for (const name of before?.keys() ?? [])
          if (!members.has(name)) report(`node${node + 1} has forgotten that there was ${name}`);
      },
    };
  },
};
