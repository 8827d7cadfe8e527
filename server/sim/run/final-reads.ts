/** Reads every key once when all is over: what clients will find from now on. */
import type { SimulatedCluster } from '../simulated-cluster.js';
import { ClientConnection } from '../workload/client-connection.js';

export interface FinalReadsOptions {
  readonly cluster: SimulatedCluster;
  readonly keys: readonly string[];
  /** The node that is asked. */
  readonly node: number;
  readonly requestTimeoutMs: number;
  /** Lets time pass; returns false when the run is over. */
  run(ms: number): boolean;
}

/** A node that is busy, or had no answer of a member in time, is asked again as a client would, so often. */
const triesMax = 20;

export interface FinalReads {
  /** By key; error replies begin with a dash. A key that had no answer is not in it. */
  readonly finalReads: ReadonlyMap<string, string | undefined>;
  /** What KEYS says. */
  readonly allKeys: string | undefined;
}

export function readFinally(options: FinalReadsOptions): FinalReads {
  const { cluster, keys, node, requestTimeoutMs, run } = options;
  const reads = new Map<string, string | undefined>();
  let reply: { text: string | undefined } | undefined;
  const connection = new ClientConnection(cluster, node, {
    onReply: (text) => {
      reply = { text };
    },
    onClosed: () => {},
  });
  const ask = (words: readonly string[]): boolean => {
    for (let tries = 0; tries < triesMax; tries++) {
      reply = undefined;
      connection.send([words]);
      const limitMs = cluster.nowMs + requestTimeoutMs + 1000;
      while (reply === undefined && cluster.nowMs < limitMs) if (!run(1)) return false;
      if (!isToBeAskedAgain(reply)) return true;
      run(100);
    }
    return true;
  };
  const told = () => ({ finalReads: reads, allKeys });
  let allKeys: string | undefined;
  for (const key of keys) {
    if (!ask(['GET', key])) return told();
    if (isAnswer(reply)) reads.set(key, reply.text);
  }
  if (!ask(['KEYS', '*'])) return told();
  if (isAnswer(reply)) allKeys = reply.text;
  connection.close();
  return told();
}

// Functions, since the compiler does not see that `run` may have changed the variable.
function isAnswer(reply: { text: string | undefined } | undefined): reply is { text: string | undefined } {
  return reply !== undefined;
}

function isToBeAskedAgain(reply: { text: string | undefined } | undefined): boolean {
  return /^-(BUSY|UNAVAILABLE)/.test(reply?.text ?? '');
}
