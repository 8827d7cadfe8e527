/** R20: a write is given its version once, however often it is sent or forwarded. */
import type { CheckerSpec } from './checker.js';
import { readableVersion } from './version-of.js';

export const coordinatedOnce: CheckerSpec = {
  id: 'R20',
  demand: 'A write is coordinated once: its value has one version everywhere.',
  notPromised: () => undefined,
  create: ({ cluster, observation, report }) => ({
    stored: ({ node, key, version, value }) => {
      if (value === undefined) return;
      const first = observation.versionOfValue.get(value);
      if (first === undefined || first === version) return;
      report(
        `"${value.slice(0, 40)}" of ${key} has version ${readableVersion(first, cluster)} and, at ` +
          `node${node + 1}, ${readableVersion(version, cluster)}`,
      );
    },
  }),
};
