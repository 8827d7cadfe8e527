/** I58: a version is issued once: all records of a key that carry it are the same write. */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const uniqueVersions: CheckerSpec = {
  id: 'I58',
  demand: 'No version is issued twice, not even after a loss of data.',
  notPromised: () => undefined,
  create: ({ cluster, observation, report }) => ({
    stored: ({ node, key, version, value }) => {
      const write = observation.seen(key).writes.get(version);
      if (write === undefined || write.value === value) return;
      report(
        `version ${readableVersion(version, cluster)} of ${key} is "${write.value ?? 'a tombstone'}" and, ` +
          `at node${node + 1}, "${value ?? 'a tombstone'}"`,
      );
    },
  }),
};
