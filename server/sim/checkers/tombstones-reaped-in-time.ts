/**
 * I59: a primary removes a tombstone only when no node holds an older record of the key, in memory or on its disk,
 * whether or not it runs; and after everything healed no tombstone is kept for ever.
 */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const tombstonesReapedInTime: CheckerSpec = {
  id: 'I59',
  demand: 'A tombstone goes when nobody holds anything older, and not before; and then it goes.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    removed: ({ node, position, key, version, isTombstone }) => {
      // A fallback hands over what it has: that is not the end of it.
      if (!isTombstone || version === undefined || cluster.survey.owner(position) !== node) return;
      const older = cluster.survey
        .held(key)
        .find((copy) => copy.version !== undefined && copy.version < version);
      if (older === undefined) return;
      report(
        `node${node + 1} removed ${readableVersion(version, cluster)}, a tombstone of ${key}, from partition ` +
          `${position}, and node${older.node + 1} holds ${readableVersion(older.version!, cluster)}`,
      );
    },
    ended: () => {
      const [left] = cluster.survey.tombstones();
      if (left !== undefined)
        report(`node${left.node + 1} still keeps ${left.count} tombstones in partition ${left.position}`);
    },
  }),
};
