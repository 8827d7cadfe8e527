/** One thing that an operator asks of a node, over a connection of its own, and what became of it. */
import type { SimulatedCluster } from '../simulated-cluster.js';
import { ClientConnection } from './client-connection.js';

export interface OperatorAnswer {
  /** Whether it was done. */
  readonly ok: boolean;
  /** Of a refusal: a word for programs. */
  readonly code: string | undefined;
  /** What people would read. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class OperatorAsk {
  readonly node: number;
  /** In lower case, without RKV. */
  readonly verb: string;
  readonly callMs: number;
  returnMs = Number.POSITIVE_INFINITY;
  /** Undefined: none yet, or the connection has ended without one. */
  answer: OperatorAnswer | undefined;
  /** More than one answer came. */
  isAnsweredTwice = false;

  /** The node must run. */
  constructor(
    cluster: SimulatedCluster,
    node: number,
    words: readonly string[],
    onEnd: (ask: OperatorAsk) => void = () => {},
  ) {
    this.node = node;
    this.verb = words[0]!.slice(4).toLowerCase();
    this.callMs = cluster.nowMs;
    const end = () => {
      if (this.isOver) return;
      this.returnMs = cluster.nowMs;
      onEnd(this);
    };
    const connection = new ClientConnection(cluster, node, {
      onReply: (text) => {
        this.isAnsweredTwice ||= this.answer !== undefined;
        this.answer = answerOf(text ?? '');
        end();
        connection.close();
      },
      onClosed: end,
    });
    connection.send([[...words, 'JSON']]);
  }

  /** There is an answer, or there will be none. */
  get isOver(): boolean {
    return this.returnMs !== Number.POSITIVE_INFINITY;
  }
}

function answerOf(text: string): OperatorAnswer {
  try {
    const { ok, code, text: told, ...data } = JSON.parse(text) as Record<string, unknown>;
    return { ok: ok === true, code: code === undefined ? undefined : `${code}`, text: `${told}`, data };
  } catch {
    // An error reply, as for a command that was refused before it reached the desk.
    return { ok: false, code: 'error', text, data: {} };
  }
}
