// All the workers of a load thread on one or several connections to RESP servers. The `redis` and the `rkv`
// driver differ in one thing only: which connection an operation goes to.
import type { TicketedContext, TicketedSession } from '../../bench/driver.js';
import { ticketMissing, ticketOk } from '../../bench/driver.js';
import { CommandHead } from './command-head.js';
import { NoAnswerError, RespConnection } from './connection.js';
import type { Login } from './login.js';
import { replyNull } from './reply-reader.js';
import type { SecureOptions } from './secure-options.js';

export interface RespSessionOptions {
  context: TicketedContext;
  /** Connections 0..n-1, each to an endpoint; several may go to the same one. */
  endpoints: readonly { host: string; port: number }[];
  /** Who to be there, if anybody. */
  login: Login | undefined;
  /** Undefined: connections are not encrypted. */
  secure: SecureOptions | undefined;
  /** The index of the connection that the operation of `ticket` goes to. */
  route(ticket: number, connections: readonly RespConnection[]): number;
  /** As long as anybody answers, those who do not may do so later; default: all must answer. */
  opensWithSome?: boolean;
  /** Whether an error reply with this code leaves open if the operation took effect. */
  isIndefinite(code: string): boolean;
}

const connectTimeoutMs = 5000;
const setHead = CommandHead.ofCommand('SET', 3);
const getHead = CommandHead.ofCommand('GET', 2);
const deleteHead = CommandHead.ofCommand('DEL', 2);

/** Opens all connections; rejects with one sentence, leaving none open, when one of them fails. */
export async function openRespSession(options: RespSessionOptions): Promise<TicketedSession> {
  const { context, endpoints, login, secure, route } = options;
  const kinds = context.operations.map(({ kind }) => kind);
  const connectionOf = new Int32Array(context.workers);
  const operationOf = new Int32Array(context.workers);
  const isDirty = new Uint8Array(endpoints.length);
  const dirty = new Int32Array(endpoints.length);
  let dirtyCount = 0;

  const connections = endpoints.map(
    ({ host, port }) =>
      new RespConnection({ host, port, login, secure, context, onReply, onErrorReply, connectTimeoutMs }),
  );

  function onReply(ticket: number, reply: number): void {
    const missing = reply === replyNull && kinds[operationOf[ticket]!] === 'get';
    context.complete(ticket, missing ? ticketMissing : ticketOk);
  }

  function onErrorReply(ticket: number, text: string): void {
    const code = /^[A-Z]+/.exec(text)?.[0] ?? 'error';
    context.complete(ticket, context.failure(code, !options.isIndefinite(code), text));
  }

  function encode(ticket: number): void {
    const connection = connections[connectionOf[ticket]!]!;
    connection.expect(ticket);
    switch (kinds[operationOf[ticket]!]) {
      case 'put':
        connection.writer.keyValueCommand(setHead, context.keys, context.values, ticket);
        break;
      case 'delete':
        connection.writer.keyCommand(deleteHead, context.keys, ticket);
        break;
      default:
        connection.writer.keyCommand(getHead, context.keys, ticket);
    }
  }

  try {
    await openAll(connections, options.opensWithSome === true);
  } catch (error) {
    await Promise.all(connections.map((connection) => connection.close()));
    throw error;
  }

  return {
    submit(ticket, operation) {
      const index = route(ticket, connections);
      connectionOf[ticket] = index;
      operationOf[ticket] = operation;
      if (!connections[index]!.ready) {
        connections[index]!.wait(ticket, encode);
        return;
      }
      encode(ticket);
      if (isDirty[index] === 0) {
        isDirty[index] = 1;
        dirty[dirtyCount++] = index;
      }
    },
    flush() {
      for (let i = 0; i < dirtyCount; i++) {
        const index = dirty[i]!;
        isDirty[index] = 0;
        connections[index]!.flush();
      }
      dirtyCount = 0;
    },
    expire(ticket) {
      connections[connectionOf[ticket]!]!.abandon('an operation took longer than the timeout');
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

/** Opens connections a few at a time: a server's accept queue is short. */
async function openAll(connections: readonly RespConnection[], withSome: boolean): Promise<void> {
  const atOnce = 32;
  const silent: { connection: RespConnection; error: NoAnswerError }[] = [];
  const open = (connection: RespConnection): Promise<void> =>
    connection.open().catch((error: unknown) => {
      if (!withSome || !(error instanceof NoAnswerError)) throw error;
      silent.push({ connection, error });
    });
  for (let from = 0; from < connections.length; from += atOnce)
    await Promise.all(connections.slice(from, from + atOnce).map(open));
  if (silent.length > 0 && silent.length === connections.length) throw silent[0]!.error;
  for (const { connection } of silent) connection.keepTrying();
}
