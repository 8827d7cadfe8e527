/** I52, I54: a write is acknowledged only when w distinct members have taken it; no error and no echo counts. */
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';
import { versionOf } from './version-of.js';

export const acknowledgedByW: CheckerSpec = {
  id: 'I52',
  demand: 'An acknowledged write has been taken by w distinct members.',
  notPromised: () => undefined,
  create: ({ cluster, observation, quorum, report }) => ({
    returned: (operation) => {
      if (operation.kind === 'get' || operation.result !== 'ok') return;
      const version = versionOf(operation, observation, cluster);
      const key = observation.seen(operation.key);
      // Of a write that was never stored, all its members had a newer one.
      const takers = key.highestByNode.filter(
        (highest) => highest !== undefined && highest >= (version ?? ''),
      );
      const needed = Math.min(quorum.w, cluster.survey.distinctPrimaries(operation.key, quorum.n));
      if (takers.length < needed)
        report(`${describeOperation(operation)}, though ${takers.length} of ${needed} members took it`);
    },
  }),
};
