/** I38: every queue stays within its limit at all times. */
import type { RkvNode } from '../../node/index.js';
import type { CheckerSpec } from './checker.js';

export const boundedQueues: CheckerSpec = {
  id: 'I38',
  demand: 'Requests that wait stay within the limit, and none waits when nobody asks.',
  notPromised: () => undefined,
  create: ({ cluster, requestsMax, report }) => {
    const waiting = (number: number) => {
      const { node } = cluster.machines[number]!;
      return node === undefined ? 0 : requestsWaiting(node);
    };
    return {
      sampled: () => {
        for (const { number } of cluster.machines)
          if (waiting(number) > requestsMax)
            report(`${waiting(number)} requests wait at node${number + 1}, and the limit is ${requestsMax}`);
      },
      ended: () => {
        for (const { number } of cluster.machines)
          if (waiting(number) > 0)
            report(`${waiting(number)} requests still wait at node${number + 1}, and all were answered`);
      },
    };
  },
};

export function requestsWaiting(node: RkvNode): number {
  return Number(node.counters().find(([name]) => name === 'requests_waiting')?.[1] ?? 0);
}
