/** I49, I60: within a storage no older version takes the place of a newer one, on any path. */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const noStaleOverwrite: CheckerSpec = {
  id: 'I49',
  demand: 'No older version replaces a newer one; a deleted key stays deleted.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    stored: ({ node, position, key, version, before, value }) => {
      if (before === undefined || version >= before) return;
      report(
        `node${node + 1} replaced ${readableVersion(before, cluster)} of ${key} in partition ${position} by ` +
          `${readableVersion(version, cluster)}${value === undefined ? ', a tombstone' : ''}`,
      );
    },
  }),
};
