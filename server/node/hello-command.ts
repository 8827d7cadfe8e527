/** HELLO [2 | 3 [AUTH user password] [SETNAME name]]: what is asked for, and what is answered. */
import type { ReplyWriter } from '../resp/index.js';
import { clientNameText, isClientName } from './client-command.js';
import type { ClientSession } from './client-session.js';
import { argument, toldArgument } from './command-argument.js';
import { productVersion } from './product-version.js';

export interface HelloAsked {
  readonly protocol: number;
  readonly name: string | undefined;
  readonly login: { readonly user: string; readonly password: Buffer } | undefined;
}

/** Reads the command of a client; returns the error in Redis' words if it cannot be. */
export function readHelloCommand({ reader, replies, isTracking }: ClientSession): HelloAsked | string {
  let { protocol } = replies;
  if (reader.count > 1) {
    const asked = argument(reader, 1);
    if (!/^[0-9]{1,9}$/.test(asked)) return 'ERR Protocol version is not an integer or out of range';
    protocol = Number(asked);
    if (protocol === 3 && isTracking)
      return 'ERR CLIENT TRACKING is not supported by rkv in RESP3: turn it off first';
    if (protocol !== 2 && protocol !== 3) return 'NOPROTO unsupported protocol version';
  }
  let name: string | undefined;
  let login: HelloAsked['login'];
  for (let i = 2; i < reader.count; ) {
    const option = argument(reader, i).toUpperCase();
    if (option === 'SETNAME' && i + 1 < reader.count) {
      name = argument(reader, i + 1);
      i += 2;
    } else if (option === 'AUTH' && i + 2 < reader.count) {
      const password = Buffer.from(reader.buffer.subarray(reader.starts[i + 2]!, reader.ends[i + 2]!));
      login = { user: argument(reader, i + 1), password };
      i += 3;
    } else {
      return `ERR Syntax error in HELLO option '${toldArgument(reader, i)}'`;
    }
  }
  if (name !== undefined && !isClientName(name)) return clientNameText;
  return { protocol, name, login };
}

/** Takes over what was asked for, and answers. */
export function answerHello(
  client: ClientSession,
  { protocol, name }: HelloAsked,
  writer: ReplyWriter,
): void {
  if (name !== undefined) client.name = name;
  client.replies.protocol = protocol;
  writer.protocol = protocol;
  writer.map(7);
  writer.text('server');
  writer.text('rkv');
  writer.text('version');
  writer.text(productVersion);
  writer.text('proto');
  writer.integer(protocol);
  writer.text('id');
  writer.integer(client.id);
  writer.text('mode');
  writer.text('standalone');
  writer.text('role');
  writer.text('master');
  writer.text('modules');
  writer.array(0);
}
