/**
 * The clients of a chaos run. Each writes keys of its own with plain requests, numbered, and reads those of the
 * others; and all write and read some shared keys with atomic requests, whose history is kept whole.
 *
 * A client stays with a node until a request fails there, and goes to another one then, as clients do. Whatever
 * it is told counts for what it is: done, definitely not done, or unknown.
 */
import type { RkvClient } from '../../client/index.js';
import { ServerError } from '../../server-error.js';
import type { RegisterOperation } from '../linearizable.js';
import type { ChaosNode } from './chaos-node.js';
import { OwnedKey, ownedValue } from './owned-key.js';

export interface LoadCounts {
  /** Writes that were acknowledged; of these, deletes. */
  acknowledged: number;
  deletes: number;
  reads: number;
  /** Answers that say that nothing was done, and answers or broken connections that leave it open. */
  definiteErrors: number;
  unknown: number;
}

const keysPerClient = 40;
const sharedKeys = 100;
/** Longer than any pause and any deadline of a server: who is not answered within it is not answered. */
const answerTimeoutMs = 30_000;
const retryMs = 20;

export class ChaosLoad {
  readonly counts: LoadCounts = { acknowledged: 0, deletes: 0, reads: 0, definiteErrors: 0, unknown: 0 };
  readonly owned: OwnedKey[] = [];
  readonly histories = new Map<string, RegisterOperation[]>();
  /** What must not be, whatever fails. */
  readonly violations: string[] = [];
  readonly #nodes: () => readonly ChaosNode[];
  readonly #random: () => number;
  readonly #clients: number;
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  /** `nodes` are those that serve now, as clients would be told by a discovery service. */
  constructor(clients: number, nodes: () => readonly ChaosNode[], random: () => number) {
    this.#nodes = nodes;
    this.#random = random;
    this.#clients = clients;
  }

  begin(): void {
    this.#running = Promise.all(Array.from({ length: this.#clients }, (_, client) => this.#run(client)));
  }

  /** Resolves when every client has had its last answer. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(client: number): Promise<void> {
    const keys = Array.from({ length: keysPerClient }, (_, i) => new OwnedKey(`own${client}:${i}`));
    this.owned.push(...keys);
    let at: { node: ChaosNode; connection: RkvClient } | undefined;
    for (let step = 0; !this.#isOver; step++) {
      const nodes = this.#nodes();
      if (at === undefined || !nodes.includes(at.node)) {
        at?.connection.close();
        at = await this.#connected(nodes);
      }
      if (at === undefined || (await this.#step(at.connection, keys, client, step))) continue;
      at.connection.close();
      at = undefined;
    }
    at?.connection.close();
  }

  /** With one of the nodes, whichever; undefined, after a moment, if it cannot be reached. */
  async #connected(nodes: readonly ChaosNode[]) {
    const node = nodes[Math.floor(this.#random() * nodes.length)];
    try {
      if (node !== undefined) return { node, connection: await node.connect(answerTimeoutMs) };
    } catch {
      // Nothing was asked, so nothing is unknown.
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return undefined;
  }

  /** One request; false if the client had better go elsewhere. */
  async #step(connection: RkvClient, keys: OwnedKey[], client: number, step: number): Promise<boolean> {
    const draw = this.#random();
    const own = keys[Math.floor(this.#random() * keys.length)]!;
    if (draw < 0.6) return this.#write(connection, own, false);
    if (draw < 0.68) return this.#write(connection, own, true);
    if (draw < 0.78) return this.#read(connection);
    const key = `shared${Math.floor(this.#random() * sharedKeys)}`;
    return draw < 0.92
      ? this.#writeShared(connection, key, `${client}.${step}`)
      : this.readShared(connection, key);
  }

  async #write(connection: RkvClient, own: OwnedKey, isDelete: boolean): Promise<boolean> {
    const number = own.issue(isDelete);
    return this.#asked(true, async () => {
      try {
        await (isDelete
          ? connection.send('DEL', own.key)
          : connection.send('SET', own.key, ownedValue(own.key, number)));
      } catch (error) {
        if (isDefinite(error)) own.refuse(number);
        throw error;
      }
      own.acknowledge(number);
      this.counts.acknowledged++;
      if (isDelete) this.counts.deletes++;
    });
  }

  async #read(connection: RkvClient): Promise<boolean> {
    const other = this.owned[Math.floor(this.#random() * this.owned.length)]!;
    return this.#asked(false, async () => {
      const value = await connection.send('GET', other.key);
      const mistake = other.readMistake(Buffer.isBuffer(value) ? value : null);
      if (mistake !== undefined) this.violations.push(`I53 ${mistake}`);
      this.counts.reads++;
    });
  }

  async #writeShared(connection: RkvClient, key: string, value: string): Promise<boolean> {
    const history = this.#historyOf(key);
    const operation = { kind: 'write' as const, value, call: performance.now(), return: Infinity };
    const index = history.push(operation) - 1;
    return this.#asked(true, async () => {
      try {
        await connection.putQuorum(key, value, { consistency: 'atomic' });
      } catch (error) {
        // It never was: if its value is seen all the same, then it is one that nobody wrote.
        if (isDefinite(error)) history[index] = { ...operation, value: `never:${value}` };
        throw error;
      }
      history[index] = { ...operation, return: performance.now() };
      this.counts.acknowledged++;
    });
  }

  /** Public for the last look, when all is quiet. */
  async readShared(connection: RkvClient, key: string): Promise<boolean> {
    const call = performance.now();
    return this.#asked(false, async () => {
      const { results } = await connection.getQuorum(key, { consistency: 'atomic' });
      const value = results[0]?.value?.toString();
      this.#historyOf(key).push({ kind: 'read', value, call, return: performance.now() });
      this.counts.reads++;
    });
  }

  #historyOf(key: string): RegisterOperation[] {
    const history = this.histories.get(key) ?? [];
    this.histories.set(key, history);
    return history;
  }

  /** Sorts what a request came to; false if it failed. */
  async #asked(isWrite: boolean, request: () => Promise<void>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      // A request on a broken connection has had its answer: that there is none.
      if (error.code === 'timeout')
        this.violations.push(`I58 a request was not answered within ${answerTimeoutMs} ms`);
      if (error.definite) this.counts.definiteErrors++;
      else if (isWrite) this.counts.unknown++;
      return false;
    }
  }
}

function isDefinite(error: unknown): boolean {
  return error instanceof ServerError && error.definite;
}
