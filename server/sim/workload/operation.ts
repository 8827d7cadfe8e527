/**
 * One operation of a client, from its call to its return, with what the client was told. What a client was not
 * told is unknown: it may have happened, and may yet.
 */

export type OperationKind = 'put' | 'get' | 'delete';

/**
 * - `ok`: done, and told so.
 * - `failed`: certainly not done, and never will be.
 * - `unknown`: the answer says so, or there was none.
 */
export type OperationResult = 'waiting' | 'ok' | 'failed' | 'unknown';

/** What reads and writes of a request promise; see the architecture's table of settings. */
export type ConsistencyMode = 'sloppy' | 'strict' | 'atomic';

export interface Operation {
  readonly session: number;
  readonly kind: OperationKind;
  readonly key: string;
  /** Of a put: what it writes, which nobody else does. */
  readonly value: string | undefined;
  readonly mode: ConsistencyMode;
  /** The node that was asked. */
  readonly node: number;
  readonly callMs: number;
  /** Order among all events of the run; see Observation.tick. */
  readonly calledAt: number;
  returnMs: number;
  returnedAt: number;
  result: OperationResult;
  /** Of a get that is ok: what was read; undefined for nothing. */
  read: string | undefined;
  /** The reply as it came, or why there was none. */
  reply: string;
}

export function describeOperation(operation: Operation): string {
  const { session, kind, key, value, mode, node, callMs, returnMs, reply } = operation;
  const words = [kind, key, ...(value === undefined ? [] : [value])].join(' ');
  const told = operation.result === 'waiting' ? 'no answer yet' : `"${reply}" at ${seconds(returnMs)}`;
  return `session ${session} at ${seconds(callMs)}: ${mode} ${words} via node${node + 1}, ${told}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** What a reply says of an operation; undefined is a null. */
export function resultOfReply(kind: OperationKind, text: string | undefined): OperationResult {
  if (text === undefined) return kind === 'get' ? 'ok' : 'unknown';
  if (!text.startsWith('-')) return 'ok';
  return text.startsWith('-UNCERTAIN') ? 'unknown' : 'failed';
}
