/** I56, C9: after everything healed, the primaries of each key hold the same version of it. */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const replicasEqual: CheckerSpec = {
  id: 'I56',
  demand: 'After everything healed, all primaries of a key hold its newest version.',
  notPromised: () => undefined,
  create: ({ cluster, observation, quorum, report }) => ({
    ended: () => {
      for (const key of observation.keys.keys()) {
        const held = cluster.survey.primaries(key, quorum.n);
        const newest = held.reduce<string | undefined>(
          (best, { version }) => (best === undefined || (version ?? '') > best ? version : best),
          undefined,
        );
        const behind = held.find(({ version }) => version !== newest);
        if (newest === undefined || behind === undefined) continue;
        const has = behind.version === undefined ? 'nothing' : readableVersion(behind.version, cluster);
        report(
          `node${behind.node + 1}, partition ${behind.position}, holds ${has} of ${key}, and another primary ${readableVersion(newest, cluster)}`,
        );
      }
    },
  }),
};
