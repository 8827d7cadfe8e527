/**
 * A client's connection to a node over the simulated network: commands take time to arrive, replies take time
 * to come back, and a node that ends takes its connections with it.
 */
import { ErrorReply, type Reply, ReplyParser } from '../../client/index.js';
import type { ClientSession } from '../../node/index.js';
import type { SimulatedCluster } from '../simulated-cluster.js';
import { eventTag } from '../simulated-machine.js';

export interface ClientConnectionOptions {
  onReply(text: string | undefined): void;
  onClosed(): void;
}

/** The place of clients in the network's table of delays. */
const clientPlace = -1;

export class ClientConnection {
  readonly node: number;
  readonly #cluster: SimulatedCluster;
  readonly #options: ClientConnectionOptions;
  readonly #session: ClientSession;
  readonly #parser = new ReplyParser();
  readonly #life: number;
  #isClosed = false;
  #sendMs = 0;
  #replyMs = 0;

  /** The node must run. */
  constructor(cluster: SimulatedCluster, node: number, options: ClientConnectionOptions) {
    this.#cluster = cluster;
    this.node = node;
    this.#options = options;
    this.#life = cluster.machines[node]!.life;
    this.#session = cluster.node(node).openClient({
      write: (bytes) => this.#written(bytes),
      queuedBytes: 0,
      end: () => this.#endedByNode(),
      destroy: () => this.#endedByNode(),
      pause: () => {},
      resume: () => {},
    });
    cluster.onEnd(node, () => this.#closedByNode());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends commands, each as words, together. */
  send(commands: readonly (readonly string[])[]): void {
    const { scheduler, network, machines } = this.#cluster;
    const machine = machines[this.node]!;
    const bytes = Buffer.from(commands.map(commandBytes).join(''), 'latin1');
    this.#sendMs = Math.max(this.#sendMs, scheduler.nowMs + network.delayMs(clientPlace, this.node));
    machine.later(this.#sendMs - scheduler.nowMs, eventTag.client, () => {
      if (!this.#isClosed && machine.life === this.#life)
        machine.node?.clientBytes(this.#session, bytes, 0, bytes.length);
    });
  }

  /** The client goes away. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const machine = this.#cluster.machines[this.node]!;
    machine.later(1, eventTag.client, () => machine.node?.clientClosed(this.#session));
  }

  #written(bytes: Buffer): boolean {
    const { scheduler, network } = this.#cluster;
    const copy = Buffer.from(bytes);
    this.#replyMs = Math.max(this.#replyMs, scheduler.nowMs + network.delayMs(this.node, clientPlace));
    scheduler.after(this.#replyMs - scheduler.nowMs, eventTag.session + this.node, () => {
      if (this.#isClosed) return;
      this.#parser.push(copy);
      for (let reply = this.#parser.next(); reply !== undefined; reply = this.#parser.next()) {
        const text = textOf(reply);
        scheduler.trace.addText(text ?? 'nil');
        this.#options.onReply(text);
      }
    });
    return true;
  }

  #endedByNode(): void {
    const machine = this.#cluster.machines[this.node]!;
    machine.later(1, eventTag.client, () => machine.node?.clientClosed(this.#session));
    this.#closedByNode();
  }

  #closedByNode(): void {
    // What was already on its way is delivered first.
    this.#cluster.scheduler.after(5, eventTag.session + this.node, () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#options.onClosed();
    });
  }
}

function commandBytes(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** A reply as one text; undefined for a null. */
function textOf(reply: Reply): string | undefined {
  if (reply === null) return undefined;
  if (reply instanceof ErrorReply) return `-${reply.text}`;
  if (Array.isArray(reply)) return reply.map((part) => textOf(part) ?? 'nil').join(' ');
  return typeof reply === 'number' ? `${reply}` : reply.toString('latin1');
}
