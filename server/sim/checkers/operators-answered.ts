/** I36 for operators: each command has one answer in time, or its connection ends. */
import { nodeLimitsDefault } from '../../node/index.js';
import type { CheckerSpec } from './checker.js';

/** The longest way there and back, ticks, and the time that a paused node needs to catch up. */
const slackMs = 3000;

export const operatorsAnswered: CheckerSpec = {
  id: 'R24',
  demand: 'Every command of an operator is answered once and in time, whoever is down.',
  notPromised: () => undefined,
  create: ({ cluster, report, slackMs: networkMs }) => {
    const { adminTimeoutMs, adminPatienceMs } = nodeLimitsDefault;
    const allowedMs = adminTimeoutMs + adminPatienceMs + slackMs + networkMs;
    let first = 0;
    const heldUntilMs: number[] = [];
    return {
      sampled: () => {
        for (const { number, isFrozen, slowMs } of cluster.machines)
          if (isFrozen || slowMs > 0) heldUntilMs[number] = cluster.nowMs;
        const { operatorAsks } = cluster;
        if (first > operatorAsks.length) first = 0;
        for (let i = first; i < operatorAsks.length; i++) {
          const ask = operatorAsks[i]!;
          if (ask.isAnsweredTwice) report(`${ask.verb} at node${ask.node + 1} was answered twice`);
          if (ask.isOver && i === first) first++;
          const sinceMs = Math.max(ask.callMs, heldUntilMs[ask.node] ?? 0);
          if (!ask.isOver && cluster.nowMs > sinceMs + allowedMs)
            report(`${ask.verb} at node${ask.node + 1} has had no answer for ${allowedMs} ms`);
        }
      },
    };
  },
};
