/**
 * A small client: one connection, a promise per request, replies in order. For the command line and for
 * set-up work; load generators have paths of their own.
 */
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Consistency } from '../request/index.js';
import { ServerError } from '../server-error.js';
import { isOfNetwork, openSocket, untrusted } from './open-socket.js';
import { ErrorReply, type Reply, ReplyParser } from './reply-parser.js';

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Who to log in as, if anybody. */
  readonly login?: Login | undefined;
  /** Undefined: the connection is not encrypted. */
  readonly tls?: ClientTls | undefined;
  /** For connecting, and for each request. */
  readonly timeoutMs?: number;
}

/** How to talk to a server that serves TLS: whom to trust, and who to be; certificates and keys in PEM. */
export interface ClientTls {
  /** Default: the authorities that come with Node.js. */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** The name that the server's certificate must have; default: the host that is connected to. */
  readonly serverName?: string | undefined;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A value, and the vnode that answered. */
export interface VnodeAnswer {
  readonly node: string;
  /** The partition's index in decimal. */
  readonly partition: string;
}

/** What a request asks for itself; what is not given is the cluster's. */
export interface QuorumOptions {
  /** Copies. */
  readonly n?: number | undefined;
  /** Vnodes that must answer: the r of a get, the w of a write. */
  readonly needed?: number | undefined;
  /** How many of them must be primaries: pr of a get, pw of a write. */
  readonly primaries?: number | undefined;
  /** How many distinct nodes must be among them. */
  readonly nodes?: number | undefined;
  readonly consistency?: Consistency | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface QuorumVnodeAnswer extends VnodeAnswer {
  /** `ok`, or why not: `not_found`, `down`, `failed`, `overloaded`. */
  readonly result: string;
  /** Of a get that found one. */
  readonly value?: Buffer;
}

/** `finished`, or `timeout` or `insufficient`: then a write may take effect all the same. */
export interface QuorumAnswer {
  readonly reason: string;
  readonly results: readonly QuorumVnodeAnswer[];
}

/** What an operator is answered. */
export interface AdminReply {
  /** False if what was asked for was refused or has failed. */
  readonly isOk: boolean;
  /** What people read. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** All of it in one line. */
  readonly json: string;
}

const adminReplySchema = z.looseObject({ ok: z.boolean(), text: z.string() });

const timeoutMsDefault = 10_000;

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: ServerError): void;
}

export class RkvClient {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #login: Login | undefined;
  readonly #parser = new ReplyParser();
  readonly #waiting: Waiting[] = [];
  #failure: ServerError | undefined;
  #hasHeard = false;

  private constructor(socket: Socket, timeoutMs: number, login: Login | undefined) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#login = login;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) =>
      this.#fail(new ServerError('disconnected', `${error.message}.`, { cause: error })),
    );
    socket.on('close', () =>
      this.#fail(new ServerError('disconnected', this.#hasHeard ? closedText : closedUnheardText)),
    );
  }

  /** Connects, and logs in; rejects with a ServerError that says in one sentence why it cannot. */
  static async connect(options: ClientOptions): Promise<RkvClient> {
    const client = await RkvClient.#open(options);
    if (options.login === undefined) return client;
    try {
      await client.send('AUTH', options.login.user, options.login.password);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  static #open({ host, port, login, tls, timeoutMs = timeoutMsDefault }: ClientOptions): Promise<RkvClient> {
    return new Promise((resolve, reject) => {
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        reject(
          new ServerError('bad-address', `${port} is no port: ports are 1 to 65535.`, { definite: true }),
        );
        return;
      }
      const socket = openSocket({ host, port, tls });
      const fail = (why: string, cause?: Error) => {
        clearTimeout(timer);
        socket.destroy();
        const options = cause === undefined ? { definite: true } : { definite: true, cause };
        reject(new ServerError('refused', `No server answers on ${host}:${port} (${why}).`, options));
      };
      const timer = setTimeout(() => fail(`nothing within ${timeoutMs} ms`), timeoutMs);
      const onError = (error: NodeJS.ErrnoException) => {
        if (tls === undefined || isOfNetwork(error)) {
          fail(error.code ?? error.message, error);
          return;
        }
        clearTimeout(timer);
        socket.destroy();
        reject(untrusted(`${host}:${port}`, error));
      };
      socket.once('error', onError);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        resolve(new RkvClient(socket, timeoutMs, login));
      });
    });
  }

  /** Sends one command; rejects with a ServerError if it is answered with an error, or not at all. */
  async send(...words: readonly (string | Buffer | number)[]): Promise<Exclude<Reply, ErrorReply>> {
    if (this.#failure !== undefined) throw this.#failure;
    const parts = words.map((word) => (Buffer.isBuffer(word) ? word : Buffer.from(String(word))));
    const bytes: Buffer[] = [Buffer.from(`*${parts.length}\r\n`)];
    for (const part of parts) bytes.push(Buffer.from(`$${part.length}\r\n`), part, lineEnd);
    this.#socket.write(Buffer.concat(bytes));
    const reply = await this.#answer();
    if (!(reply instanceof ErrorReply)) return reply;
    const code = reply.text.split(' ', 1)[0]!;
    throw new ServerError('error-reply', reply.text, { definite: code !== 'UNCERTAIN' });
  }

  /** Asks the first vnode of the key `ping<value>`; answers value + 1. */
  async ping(value = 1): Promise<VnodeAnswer & { value: number }> {
    const [, pong, node, partition] = asArray(await this.send('RKV.PING', value));
    return { value: Number(pong), node: String(node), partition: String(partition) };
  }

  /** The value, or null if the key has none. */
  async get(key: string | Buffer): Promise<VnodeAnswer & { value: Buffer | null }> {
    const [value, node, partition] = asArray(await this.send('RKV.GET', key));
    return { value: Buffer.isBuffer(value) ? value : null, node: String(node), partition: String(partition) };
  }

  async put(key: string | Buffer, value: string | Buffer): Promise<VnodeAnswer> {
    const [, node, partition] = asArray(await this.send('RKV.PUT', key, value));
    return { node: String(node), partition: String(partition) };
  }

  /** Deletes a key, which need not exist. */
  async delete(key: string | Buffer): Promise<VnodeAnswer> {
    const [, node, partition] = asArray(await this.send('RKV.DEL', key));
    return { node: String(node), partition: String(partition) };
  }

  /** As the tutorial's get_quorum: what each vnode answered. */
  async getQuorum(key: string | Buffer, options: QuorumOptions): Promise<QuorumAnswer> {
    return quorumAnswer(await this.send('RKV.GET', key, ...quorumWords('R', options)));
  }

  async putQuorum(
    key: string | Buffer,
    value: string | Buffer,
    options: QuorumOptions,
  ): Promise<QuorumAnswer> {
    return quorumAnswer(await this.send('RKV.PUT', key, value, ...quorumWords('W', options)));
  }

  async deleteQuorum(key: string | Buffer, options: QuorumOptions): Promise<QuorumAnswer> {
    return quorumAnswer(await this.send('RKV.DEL', key, ...quorumWords('W', options)));
  }

  /**
   * Does what an operator asks, as `rkv admin VERB ...`; a refusal is an answer. A node that is to join others logs in
   * there as this client has here: users of a cluster are the same at all of its nodes.
   */
  async administer(verb: string, ...words: readonly string[]): Promise<AdminReply> {
    const login = this.#login;
    const more =
      verb === 'join' && words.length === 1 && login !== undefined
        ? ['AUTH', login.user, login.password]
        : [];
    const json = String(await this.send(`RKV.${verb.toUpperCase()}`, ...words, ...more, 'JSON'));
    try {
      const { ok, text, ...data } = adminReplySchema.parse(JSON.parse(json));
      return { isOk: ok, text, data, json };
    } catch (cause) {
      throw new ServerError('error-reply', 'The server answered something else than was asked.', { cause });
    }
  }

  /** The connection has ended: every request fails from here on. */
  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const told = `The server did not answer within ${this.#timeoutMs} ms.`;
        this.#fail(new ServerError('timeout', told));
        this.#socket.destroy();
      }, this.#timeoutMs);
      this.#waiting.push({
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  #receive(chunk: Buffer): void {
    this.#hasHeard = true;
    this.#parser.push(chunk);
    try {
      for (let reply = this.#parser.next(); reply !== undefined; reply = this.#parser.next())
        this.#waiting.shift()?.resolve(reply);
    } catch (cause) {
      this.#fail(new ServerError('error-reply', (cause as Error).message, { cause }));
      this.#socket.destroy();
    }
  }

  #fail(error: ServerError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
  }
}

function quorumWords(counted: 'R' | 'W', options: QuorumOptions): (string | number)[] {
  const words = [
    ['N', options.n],
    [counted, options.needed],
    [`P${counted}`, options.primaries],
    ['NODES', options.nodes],
    ['CONSISTENCY', options.consistency],
    ['TIMEOUT', options.timeoutMs],
  ] as const;
  return words.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

function quorumAnswer(reply: Reply): QuorumAnswer {
  const [reason, results] = asArray(reply);
  return { reason: String(reason), results: asArray(results ?? null).map(vnodeAnswer) };
}

function vnodeAnswer(reply: Reply): QuorumVnodeAnswer {
  const [told, node, partition] = asArray(reply);
  const vnode = { node: String(node), partition: String(partition) };
  if (!Array.isArray(told)) return { result: String(told), ...vnode };
  const [word, detail] = told;
  if (String(word) !== 'ok') return { result: String(detail), ...vnode };
  return Buffer.isBuffer(detail) ? { result: 'ok', value: detail, ...vnode } : { result: 'ok', ...vnode };
}

function asArray(reply: Reply): Reply[] {
  if (Array.isArray(reply)) return reply;
  throw new ServerError('error-reply', 'The server answered something else than was asked.');
}

const lineEnd = Buffer.from('\r\n');
const closedText = 'The server closed the connection.';
const closedUnheardText =
  'The server closed the connection without a word. If it serves TLS, or wants a certificate, say so with --tls.';
