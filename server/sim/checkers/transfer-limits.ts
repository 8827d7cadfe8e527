/** I44, I48: no node sends or receives more partitions at once than it may, and none sends one to itself. */
import { handoffLimitsDefault } from '../../handoff/handoff-limits.js';
import type { TransferStatus } from '../../handoff/index.js';
import type { CheckerSpec } from './checker.js';

export const transferLimits: CheckerSpec = {
  id: 'I44',
  demand: 'No node sends, or receives, more transfers at once than its limits say.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => ({
    sampled: () => {
      const { outgoingMax, incomingMax } = handoffLimitsDefault;
      for (const { number, node } of cluster.machines) {
        const transfers = (node?.transfers() ?? []).filter(({ state }) => state !== 'waiting');
        const count = (wanted: TransferStatus['state']) =>
          transfers.filter(({ state }) => state === wanted).length;
        if (count('sending') > outgoingMax)
          report(`node${number + 1} sends ${count('sending')} transfers, and may send ${outgoingMax}`);
        if (count('receiving') > incomingMax)
          report(
            `node${number + 1} receives ${count('receiving')} transfers, and may receive ${incomingMax}`,
          );
        const selfish = transfers.find(({ from, to }) => from === to);
        if (selfish !== undefined)
          report(`node${number + 1} hands partition ${selfish.position} over to itself (I48)`);
      }
    },
  }),
};
