/** I36: each request is answered exactly once within its deadline, or its connection ends. */
import type { Operation } from '../workload/operation.js';
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';

export const oneAnswer: CheckerSpec = {
  id: 'I36',
  demand: 'Each request has exactly one answer within its deadline.',
  notPromised: () => undefined,
  create: ({ cluster, requestTimeoutMs, slackMs, report }) => {
    /**
     * By node: when it last thawed, or was slow, or the way to it was: nobody can be in time then. Or when it took
     * no writes yet after a start: a request that is not read has not begun.
     */
    const heldUntilMs: number[] = [];
    const allowedMs = (operation: Operation, untilMs: number) =>
      Math.max(operation.callMs, heldUntilMs[operation.node] ?? 0, untilMs) + requestTimeoutMs + slackMs;
    return {
      sampled: () => {
        for (const { number, isFrozen, slowMs, node } of cluster.machines)
          if (isFrozen || slowMs > 0 || node?.writesWait === true) heldUntilMs[number] = cluster.nowMs + 100;
      },
      returned: (operation) => {
        if (operation.result === 'ok' || !/^(no answer|-)/.test(operation.reply)) return;
        if (operation.returnMs <= allowedMs(operation, 0)) return;
        report(`${describeOperation(operation)}; its deadline is ${requestTimeoutMs} ms`);
      },
      strayReply: (session, reply) => report(`session ${session} was told "${reply}" and had asked nothing`),
    };
  },
};
