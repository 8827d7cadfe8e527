/** The limits of keys and values, and how a command that is refused is answered. */
import { immediateTicket } from '../request/index.js';
import type { ClientSession } from './client-session.js';
import type { NodeLimits } from './node-options.js';

/** Whether an argument may be a key; if not, the client is told. */
export function isKeyFine(client: ClientSession, argument: number, { keyBytesMax }: NodeLimits): boolean {
  return isFine(client, argument, 'key', keyBytesMax);
}

export function isValueFine(client: ClientSession, argument: number, { valueBytesMax }: NodeLimits): boolean {
  return isFine(client, argument, 'value', valueBytesMax);
}

function isFine(client: ClientSession, argument: number, what: string, bytesMax: number): boolean {
  const { reader } = client;
  const bytes = reader.ends[argument]! - reader.starts[argument]!;
  if (bytes <= bytesMax) return true;
  refuse(client, `ERR ${what} of ${bytes} bytes is too large: at most ${bytesMax}`);
  return false;
}

/** Answers a command with an error line. */
export function refuse(client: ClientSession, text: string): void {
  client.replies.begin(immediateTicket).error(text);
  client.replies.end(immediateTicket);
}
