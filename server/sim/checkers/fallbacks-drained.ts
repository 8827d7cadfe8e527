/** I47: after everything healed, no node keeps a record of a partition that it does not own. */
import type { CheckerSpec } from './checker.js';

export const fallbacksDrained: CheckerSpec = {
  id: 'I47',
  demand: 'Fallbacks hand over all that they hold, once their primaries are back.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    ended: () => {
      const [first, ...others] = cluster.survey.strays();
      if (first === undefined) return;
      const { node, position, count } = first;
      report(
        `node${node + 1} still holds ${count} records of partition ${position}, which it does not own` +
          (others.length === 0 ? '' : `, and ${others.length} more such partitions are left`),
      );
    },
  }),
};
