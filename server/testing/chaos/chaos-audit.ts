/** The last look: every key, from every replica of it, against what was acknowledged. */
import type { QuorumVnodeAnswer, RkvClient } from '../../client/index.js';
import { linearizableMistake } from '../linearizable.js';
import type { ChaosLoad } from './chaos-load.js';
import type { ChaosNode } from './chaos-node.js';

export interface AuditReport {
  /** Keys that were read, each from all of its replicas. */
  keys: number;
  /** Operations of the histories that were checked whole. */
  historyOperations: number;
  /** Each of them a sentence, with the invariant that it breaks. */
  readonly violations: string[];
}

const copies = 3;
const answerTimeoutMs = 30_000;
/** A node without time for it may miss a deadline of the cluster; not again and again. */
const attemptsMax = 20;

export async function audit(load: ChaosLoad, nodes: readonly ChaosNode[]): Promise<AuditReport> {
  const report: AuditReport = { keys: 0, historyOperations: 0, violations: [] };
  const client = await nodes[0]!.connect(answerTimeoutMs);
  try {
    /** The value that every replica has; undefined if they do not agree, or one does not answer. */
    const agreed = async (key: string): Promise<Buffer | null | undefined> => {
      report.keys++;
      const results = await everyReplica(client, key);
      const [first] = results.map(({ value }) => value ?? null);
      const isSame = results.every(({ value = null }) => isEqual(value, first!));
      if (results.length === copies && isSame && results.every(hasAnswered)) return first;
      const told = results.map(
        ({ node, result, value }) => `${node} ${value?.toString('latin1', 0, 40) ?? result}`,
      );
      report.violations.push(`I41 the replicas of ${key} are not equal: ${told.join('; ')}`);
      return undefined;
    };
    for (const own of load.owned) {
      const value = await agreed(own.key);
      const mistake = value === undefined ? undefined : own.finalMistake(value);
      if (mistake !== undefined) report.violations.push(`I41 ${mistake}`);
    }
    for (const [key, history] of load.histories) {
      await load.readShared(client, key);
      await agreed(key);
      report.historyOperations += history.length;
      const mistake = linearizableMistake(history);
      if (mistake !== undefined) report.violations.push(`${key} is not linearizable: ${mistake}`);
    }
  } finally {
    client.close();
  }
  return report;
}

async function everyReplica(client: RkvClient, key: string): Promise<readonly QuorumVnodeAnswer[]> {
  let results: readonly QuorumVnodeAnswer[] = [];
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    ({ results } = await client.getQuorum(key, { n: copies, needed: copies }));
    if (results.length === copies && results.every(hasAnswered)) break;
  }
  return results;
}

function hasAnswered({ result }: QuorumVnodeAnswer): boolean {
  return result === 'ok' || result === 'not_found';
}

function isEqual(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
