/**
 * I41: an acknowledged write, or a newer one, is found in the end, as long as one replica that held it survived.
 * Data that a fault destroyed on its last replica are excused.
 */
import type { VersionText } from '../observation.js';
import type { Operation } from '../workload/operation.js';
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';
import { readableVersion, versionOf } from './version-of.js';

export const nothingLost: CheckerSpec = {
  id: 'I41',
  demand: 'No acknowledged write is lost while a replica that held it survives, and no delete is undone.',
  notPromised: () => undefined,
  create: ({ cluster, observation, report }) => {
    /** By key: what a final read must show at least. */
    const required = new Map<string, { version: VersionText; from: Operation }>();
    return {
      returned: (operation) => {
        if (operation.kind === 'get' || operation.result !== 'ok') return;
        const version = versionOf(operation, observation, cluster);
        const before = required.get(operation.key);
        if (version !== undefined && (before === undefined || version > before.version))
          required.set(operation.key, { version, from: operation });
      },
      dataLost: () => {
        for (const [key, { version, from }] of required) {
          const survivor = cluster.survey.newestDurable(key);
          if (survivor !== undefined && survivor >= version) continue;
          if (survivor === undefined) required.delete(key);
          else required.set(key, { version: survivor, from });
        }
      },
      ended: ({ finalReads }) => {
        for (const [key, { version, from }] of required) {
          const read = finalReads.get(key);
          if (read?.startsWith('-')) {
            report(`in the end a get of ${key} says "${read}"`);
            continue;
          }
          const seen = observation.seen(key);
          const found = read === undefined ? seen.highestTombstone : observation.versionOfValue.get(read);
          if (found !== undefined && found >= version) continue;
          const told = read === undefined ? 'nothing' : `"${read.slice(0, 40)}"`;
          report(
            `in the end a get of ${key} finds ${told}, and ${readableVersion(version, cluster)} was ` +
              `acknowledged (${describeOperation(from)})`,
          );
        }
      },
    };
  },
};
