/**
 * One client of the load: puts, gets and deletes, a few at a time, waits for the answers, thinks, and goes on;
 * when its node ends it goes to another. Every value that it writes is its own, so that a read names the write
 * that it saw. It notes what it was told, and nothing more than that.
 */
import type { Observation } from '../observation.js';
import type { RandomStream } from '../random-stream.js';
import type { SimulatedCluster } from '../simulated-cluster.js';
import { eventTag } from '../simulated-machine.js';
import { ClientConnection } from './client-connection.js';
import { type ConsistencyMode, type Operation, type OperationKind, resultOfReply } from './operation.js';

export interface SessionTraits {
  /** Keys are `k0` and on; fewer make more contention. */
  readonly keys: number;
  /** Commands sent together, at most. */
  readonly pipelineMax: number;
  /** Between answers and the next commands, drawn up to twice this. */
  readonly thinkMs: number;
  readonly putShare: number;
  readonly deleteShare: number;
  readonly modes: readonly ConsistencyMode[];
  /** Bytes added to some values, to have records of several sizes. */
  readonly paddingBytesMax: number;
  /** A client that had no answer for this long gives the connection up. */
  readonly giveUpMs: number;
  /** The nodes that it goes to; default: all. */
  readonly nodes?: readonly number[];
}

export interface SessionOptions {
  readonly number: number;
  readonly cluster: SimulatedCluster;
  readonly random: RandomStream;
  readonly observation: Pick<Observation, 'tick'>;
  readonly traits: SessionTraits;
  onCall(operation: Operation): void;
  onReturn(operation: Operation): void;
  /** More replies came than were asked for. */
  onStrayReply(session: number, reply: string): void;
}

export class Session {
  readonly #options: SessionOptions;
  #connection: ClientConnection | undefined;
  /** In the order in which their answers must come. */
  #waiting: Operation[] = [];
  /** Of its node in the cluster: what the node says after that it says for itself. */
  #stay = 0;
  #sequence = 0;
  #isStopped = false;
  #giveUpAtMs = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#think();
  }

  /** Operations that have had no answer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sends nothing new from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  resume(): void {
    this.#isStopped = false;
    if (this.#waiting.length === 0) this.#think();
  }

  #think(): void {
    const { cluster, random, traits } = this.#options;
    cluster.scheduler.after(random.fraction() * 2 * traits.thinkMs, eventTag.session, () => this.#send());
  }

  #send(): void {
    if (this.#isStopped || this.#waiting.length > 0) return;
    const connection = this.#connect();
    if (connection === undefined) {
      this.#think();
      return;
    }
    const { random, traits, onCall } = this.#options;
    const commands: string[][] = [];
    const count = 1 + random.below(traits.pipelineMax);
    for (let i = 0; i < count; i++) {
      const operation = this.#draw(connection.node);
      this.#waiting.push(operation);
      onCall(operation);
      commands.push(wordsOf(operation));
    }
    connection.send(commands);
    this.#watch();
  }

  #draw(node: number): Operation {
    const { number, random, traits, cluster, observation } = this.#options;
    const what = random.fraction();
    let kind: OperationKind = 'get';
    if (what < traits.putShare) kind = 'put';
    else if (what < traits.putShare + traits.deleteShare) kind = 'delete';
    const padding = random.chance(0.2) ? '.'.repeat(random.below(traits.paddingBytesMax + 1)) : '';
    return {
      session: number,
      kind,
      key: `k${random.below(traits.keys)}`,
      value: kind === 'put' ? `v${number}.${this.#sequence++}${padding}` : undefined,
      mode: random.pick(traits.modes),
      node,
      callMs: cluster.nowMs,
      calledAt: observation.tick(),
      returnMs: 0,
      returnedAt: Number.POSITIVE_INFINITY,
      result: 'waiting',
      read: undefined,
      reply: '',
    };
  }

  #connect(): ClientConnection | undefined {
    const { cluster, random, traits } = this.#options;
    // Now and then to another node, though nothing is wrong.
    if (this.#connection !== undefined && random.chance(0.02)) {
      this.#connection.close();
      this.#connection = undefined;
    }
    if (this.#connection?.isClosed === false) return this.#connection;
    const running = cluster.machines.filter(
      ({ number, node, isFrozen }) =>
        node !== undefined &&
        !isFrozen &&
        cluster.truth.serves(number) &&
        traits.nodes?.includes(number) !== false,
    );
    if (running.length === 0) return undefined;
    const { number } = random.pick(running);
    this.#stay = cluster.truth.stayOf(number);
    const connection = new ClientConnection(cluster, number, {
      onReply: (text) => this.#answered(connection, text),
      onClosed: () => this.#lost(connection, 'the connection ended'),
    });
    this.#connection = connection;
    return connection;
  }

  #answered(connection: ClientConnection, text: string | undefined): void {
    if (connection !== this.#connection) return;
    const operation = this.#waiting.shift();
    if (operation === undefined) {
      this.#options.onStrayReply(this.#options.number, text ?? 'nil');
      return;
    }
    if (this.#options.cluster.truth.stayOf(connection.node) !== this.#stay) {
      this.#waiting.unshift(operation);
      connection.close();
      this.#lost(connection, 'the node has left the cluster');
      return;
    }
    operation.reply = text ?? 'nil';
    operation.result = resultOfReply(operation.kind, text);
    if (operation.kind === 'get' && operation.result === 'ok') operation.read = text;
    this.#return(operation);
    if (this.#waiting.length === 0) this.#think();
  }

  /** A get that was not answered has failed; a write may yet happen. */
  #lost(connection: ClientConnection, why: string): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    const lost = this.#waiting.splice(0);
    for (const operation of lost) {
      operation.reply = why;
      operation.result = operation.kind === 'get' ? 'failed' : 'unknown';
      this.#return(operation);
    }
    if (lost.length > 0) this.#think();
  }

  #return(operation: Operation): void {
    const { cluster, observation, onReturn } = this.#options;
    operation.returnMs = cluster.nowMs;
    operation.returnedAt = observation.tick();
    onReturn(operation);
  }

  #watch(): void {
    const { cluster, traits } = this.#options;
    const connection = this.#connection!;
    const first = this.#waiting[0]!;
    this.#giveUpAtMs = cluster.nowMs + traits.giveUpMs;
    const look = () => {
      if (connection !== this.#connection || !this.#waiting.includes(first)) return;
      if (cluster.nowMs < this.#giveUpAtMs) return;
      connection.close();
      this.#lost(connection, `no answer within ${traits.giveUpMs} ms`);
    };
    cluster.scheduler.after(traits.giveUpMs, eventTag.session, look);
  }
}

function wordsOf({ kind, key, value }: Operation): string[] {
  switch (kind) {
    case 'put':
      return ['SET', key, value!];
    case 'get':
      return ['GET', key];
    case 'delete':
      return ['DEL', key];
  }
}
