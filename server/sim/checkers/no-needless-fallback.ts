/** I9: no fallback stands in while all nodes can be reached, and answer soon. */
import type { CheckerSpec } from './checker.js';

export const noNeedlessFallback: CheckerSpec = {
  id: 'I9',
  demand: 'While no node has been absent or slow, none stores a record of a partition that it does not own.',
  notPromised: ({ hadMembershipChange }) =>
    hadMembershipChange ? 'nodes see a new ring one after the other' : undefined,
  create: ({ cluster, circumstances, isSteady, report }) => ({
    stored: ({ node, position, key }) => {
      if (
        !isSteady ||
        circumstances.hadFault ||
        circumstances.hadAbsence ||
        cluster.survey.owner(position) === node
      )
        return;
      report(`node${node + 1} stored ${key} of partition ${position}, which it does not own`);
    },
  }),
};
