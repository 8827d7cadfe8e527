/**
 * The commands that concern the connection or the node and not data: PING, HELLO, CLIENT, CONFIG, INFO and so
 * on. They exist so that clients made for Redis connect without noise; what they tell is true of rkv.
 */
import { immediateTicket } from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import { clientCommand, clientNameText, isClientName } from './client-command.js';
import type { ClientSession } from './client-session.js';
import {
  argument,
  argumentsFrom,
  notIntegerText,
  toldArgument,
  unknownSubcommand,
  wrongArity,
} from './command-argument.js';
import { describeCommands } from './command-command.js';
import { command } from './command-specs.js';
import type { CommandStatistics } from './command-statistics.js';
import { config } from './config-command.js';
import { infoText } from './info-text.js';
import type { NodeView } from './node-view.js';
import { productVersion } from './product-version.js';

/** Runs a command by its number; its count of arguments has been checked. */
export function runConnectionCommand(
  number: number,
  client: ClientSession,
  view: NodeView,
  statistics: CommandStatistics,
): void {
  const writer = client.replies.begin(immediateTicket);
  reply(number, client, { view, statistics, writer });
  client.replies.end(immediateTicket);
}

function reply(
  number: number,
  client: ClientSession,
  { view, statistics, writer }: { view: NodeView; statistics: CommandStatistics; writer: ReplyWriter },
): void {
  const { reader } = client;
  switch (number) {
    case command.ping:
      if (reader.count === 1) writer.status('PONG');
      else if (reader.count === 2) writer.bulk(reader.buffer, reader.starts[1]!, reader.ends[1]!);
      else writer.error(wrongArity('ping'));
      return;
    case command.echo:
      writer.bulk(reader.buffer, reader.starts[1]!, reader.ends[1]!);
      return;
    case command.select:
      select(argument(reader, 1), writer);
      return;
    case command.quit:
      client.isEnding = true;
      writer.ok();
      return;
    case command.reset:
      client.name = '';
      client.isTracking = false;
      client.replies.protocol = 2;
      writer.protocol = 2;
      writer.status('RESET');
      return;
    case command.hello:
      hello(client, writer);
      return;
    case command.command:
      describeCommands(reader, writer);
      return;
    case command.config:
      config(reader, view, statistics, writer);
      return;
    case command.client:
      clientCommand(client, view, writer);
      return;
    case command.info:
      writer.verbatim(infoText(argumentsFrom(reader, 1), view, statistics));
      return;
    case command.function:
      // There are no functions, so that all of them are flushed; test suites ask for it.
      if (argument(reader, 1).toLowerCase() === 'flush' && reader.count <= 3) writer.ok();
      else writer.error(unknownSubcommand(reader, 'FUNCTION'));
      return;
    case command.debug:
      writer.error(debugText);
      return;
    case command.rkvState:
      writer.text(view.joinOfferText());
      return;
    case command.rkvRing:
      writer.text(view.ringViewText());
      return;
    default:
      writer.error('ERR internal: no such command');
  }
}

function select(text: string, writer: ReplyWriter): void {
  if (!/^-?[0-9]{1,9}$/.test(text)) writer.error(notIntegerText);
  else if (Number(text) !== 0) writer.error('ERR DB index is out of range');
  else writer.ok();
}

/** HELLO [2 | 3 [SETNAME name]]. There are no passwords, so AUTH is refused as Redis would refuse a wrong one. */
function hello(client: ClientSession, writer: ReplyWriter): void {
  const { reader } = client;
  let protocol = client.replies.protocol;
  if (reader.count > 1) {
    const asked = argument(reader, 1);
    if (!/^[0-9]{1,9}$/.test(asked)) {
      writer.error('ERR Protocol version is not an integer or out of range');
      return;
    }
    protocol = Number(asked);
    if (protocol === 3 && client.isTracking) {
      writer.error('ERR CLIENT TRACKING is not supported by rkv in RESP3: turn it off first');
      return;
    }
    if (protocol !== 2 && protocol !== 3) {
      writer.error('NOPROTO unsupported protocol version');
      return;
    }
  }
  let name: string | undefined;
  for (let i = 2; i < reader.count; ) {
    const option = argument(reader, i).toUpperCase();
    if (option === 'SETNAME' && i + 1 < reader.count) {
      name = argument(reader, i + 1);
      i += 2;
    } else if (option === 'AUTH' && i + 2 < reader.count) {
      writer.error('WRONGPASS invalid username-password pair or user is disabled.');
      return;
    } else {
      writer.error(`ERR Syntax error in HELLO option '${toldArgument(reader, i)}'`);
      return;
    }
  }
  if (name !== undefined) {
    if (!isClientName(name)) {
      writer.error(clientNameText);
      return;
    }
    client.name = name;
  }
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

/** As Redis, which by default allows it to nobody. */
const debugText =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
