/**
 * I43: a node deletes what it has handed over when the owner has it, durably, and owns it. (Tombstones of
 * partitions that a node owns itself may be reaped.)
 */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const deletedWhenAcknowledged: CheckerSpec = {
  id: 'I43',
  demand: 'What was handed over is deleted here only when its owner has it, durably.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => {
    /** By node: it has lost data, so that what it has acknowledged need not be there. */
    const hasLost: boolean[] = [];
    return {
      dataLost: (node) => {
        hasLost[node] = true;
      },
      removed: ({ node, position, key, version, isTombstone }) => {
        if (!cluster.truth.counts(node)) return;
        // By its own ring, which may lag behind.
        const { ring } = cluster.node(node);
        const owner = cluster.names.indexOf(ring.members[ring.owners[position]!]!);
        if (owner === node) {
          if (!isTombstone)
            report(`node${node + 1} has deleted ${key} of partition ${position}, which it owns`);
          return;
        }
        // A damaged record is worth nothing: whatever the owner has is as good.
        if (hasLost[owner] === true || version === undefined) return;
        const has = cluster.survey.durableVersion(owner, position, key);
        if (has !== undefined && has >= version) return;
        const now = cluster.survey.owner(position);
        if (now !== owner && (hasLost[now] === true || !cluster.truth.counts(owner))) return;
        report(
          `node${node + 1} has deleted ${readableVersion(version, cluster)} of ${key}, partition ${position}, and ` +
            `its owner node${owner + 1} has ${has === undefined ? 'nothing' : readableVersion(has, cluster)} on disk`,
        );
      },
    };
  },
};
