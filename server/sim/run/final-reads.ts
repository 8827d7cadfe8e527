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

/** A node that is busy, or has just lost a link because something was late, is asked again, so often. */
const triesMax = 20;

/** By key; error replies begin with a dash. A key that had no answer is not in it. */
export function readFinally(options: FinalReadsOptions): Map<string, string | undefined> {
  const { cluster, keys, node, requestTimeoutMs, run } = options;
  const reads = new Map<string, string | undefined>();
  let reply: { text: string | undefined } | undefined;
  const connection = new ClientConnection(cluster, node, {
    onReply: (text) => {
      reply = { text };
    },
    onClosed: () => {},
  });
  for (const key of keys) {
    for (let tries = 0; tries < triesMax; tries++) {
      reply = undefined;
      connection.send([['GET', key]]);
      const limitMs = cluster.nowMs + requestTimeoutMs + 1000;
      while (reply === undefined && cluster.nowMs < limitMs) if (!run(1)) return reads;
      if (isNotNow(reply)) run(100);
      else break;
    }
    if (isAnswer(reply)) reads.set(key, reply.text);
  }
  connection.close();
  return reads;
}

// Functions, since the compiler does not see that `run` may have changed the variable.
function isAnswer(reply: { text: string | undefined } | undefined): reply is { text: string | undefined } {
  return reply !== undefined;
}

function isNotNow(reply: { text: string | undefined } | undefined): boolean {
  return /^-(BUSY|UNAVAILABLE)/.test(reply?.text ?? '');
}
