/**
 * The commands that concern the connection or the node and not data: PING, HELLO, CLIENT, CONFIG, INFO and so
 * on. They exist so that clients made for Redis connect without noise; what they tell is true of rkv.
 */
import { immediateTicket } from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import { clientCommand } from './client-command.js';
import type { ClientSession } from './client-session.js';
import {
  argument,
  argumentsFrom,
  notIntegerText,
  unknownSubcommand,
  wrongArity,
} from './command-argument.js';
import { describeCommands } from './command-command.js';
import { command } from './command-specs.js';
import type { CommandStatistics } from './command-statistics.js';
import { config } from './config-command.js';
import { infoText } from './info-text.js';
import type { NodeView } from './node-view.js';

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
      tellState(client, view, writer);
      return;
    case command.rkvRing:
      writer.text(view.ringViewText());
      return;
    default:
      writer.error('ERR internal: no such command');
  }
}

/** RKV.STATE [challenge]: the state, and with a challenge also the proof that this node knows the cluster's secret. */
function tellState({ reader }: ClientSession, view: NodeView, writer: ReplyWriter): void {
  const text = view.joinOfferText();
  if (reader.count === 1) {
    writer.text(text);
    return;
  }
  const challenge = argument(reader, 1);
  if (reader.count > 2 || !/^[0-9a-f]{64}$/.test(challenge)) {
    writer.error('ERR a challenge is 64 hexadecimal digits');
    return;
  }
  const proof = view.proveOffer(challenge, text);
  writer.array(2);
  writer.text(text);
  if (proof === undefined) writer.null();
  else writer.text(proof);
}

function select(text: string, writer: ReplyWriter): void {
  if (!/^-?[0-9]{1,9}$/.test(text)) writer.error(notIntegerText);
  else if (Number(text) !== 0) writer.error('ERR DB index is out of range');
  else writer.ok();
}

/** As Redis, which by default allows it to nobody. */
const debugText =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
