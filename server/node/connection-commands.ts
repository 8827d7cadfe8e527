/**
 * The commands that concern the connection or the node and not data: PING, HELLO, CLIENT, CONFIG, INFO and so
 * on. They exist so that clients made for Redis connect without noise; what they tell is true of rkv.
 */
import { immediateTicket } from '../request/index.js';
import type { CommandReader, ReplyWriter } from '../resp/index.js';
import type { ClientSession } from './client-session.js';
import { command, commandSpecs } from './command-specs.js';
import type { NodeView } from './node-view.js';
import { productVersion } from './product-version.js';

/** Runs a command by its number; its count of arguments has been checked. */
export function runConnectionCommand(number: number, client: ClientSession, view: NodeView): void {
  const writer = client.replies.begin(immediateTicket);
  reply(number, client, view, writer);
  client.replies.end(immediateTicket);
}

function reply(number: number, client: ClientSession, view: NodeView, writer: ReplyWriter): void {
  const { reader } = client;
  switch (number) {
    case command.ping:
      if (reader.count === 1) writer.status('PONG');
      else if (reader.count === 2) writer.bulk(reader.buffer, reader.starts[1]!, reader.ends[1]!);
      else writer.error("ERR wrong number of arguments for 'ping' command");
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
      config(reader, view, writer);
      return;
    case command.client:
      clientCommand(client, writer);
      return;
    case command.info:
      writer.text(infoText(reader.count > 1 ? argument(reader, 1).toLowerCase() : 'all', view));
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
  if (!/^-?[0-9]{1,9}$/.test(text)) writer.error('ERR value is not an integer or out of range');
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
      writer.error(`ERR Syntax error in HELLO option '${argument(reader, i, 'latin1')}'`);
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

/** COMMAND, COMMAND COUNT, COMMAND INFO [name ...], COMMAND DOCS [name ...] (which knows no docs). */
function describeCommands(reader: CommandReader, writer: ReplyWriter): void {
  const subcommand = reader.count > 1 ? argument(reader, 1).toLowerCase() : 'info';
  const names = Array.from({ length: Math.max(reader.count - 2, 0) }, (_, i) => argument(reader, i + 2));
  switch (subcommand) {
    case 'count':
      writer.integer(commandSpecs.length);
      return;
    case 'docs':
      writer.map(0);
      return;
    case 'info': {
      const wanted = names.length === 0 ? commandSpecs.map((spec) => spec.name) : names;
      writer.array(wanted.length);
      for (const name of wanted) describeCommand(name.toLowerCase(), writer);
      return;
    }
    default:
      writer.error(unknownSubcommand(reader, 'COMMAND'));
  }
}

function describeCommand(name: string, writer: ReplyWriter): void {
  const spec = commandSpecs.find((known) => known.name === name);
  if (spec === undefined) {
    writer.null();
    return;
  }
  writer.array(6);
  writer.text(spec.name);
  writer.integer(spec.arity);
  writer.array(spec.flags.length);
  for (const flag of spec.flags) writer.status(flag);
  for (const key of spec.keys) writer.integer(key);
}

/** CONFIG GET pattern ...; settings cannot be changed while the node runs. */
function config(reader: CommandReader, view: NodeView, writer: ReplyWriter): void {
  const subcommand = argument(reader, 1).toLowerCase();
  if (subcommand === 'set') {
    writer.error('ERR CONFIG SET is not supported by rkv: settings are given at the start');
    return;
  }
  if (subcommand !== 'get') {
    writer.error(unknownSubcommand(reader, 'CONFIG'));
    return;
  }
  if (reader.count < 3) {
    writer.error("ERR wrong number of arguments for 'config|get' command");
    return;
  }
  const patterns = Array.from({ length: reader.count - 2 }, (_, i) => argument(reader, i + 2).toLowerCase());
  const { n, r, w } = view.quorum;
  const settings: [string, string | number][] = [
    ['appendonly', 'no'],
    ['databases', 1],
    ['n', n],
    ['r', r],
    ['ring-size', view.ring.ringSize],
    ['save', ''],
    ['w', w],
  ];
  // Only a whole name or everything: a pattern is a program, and an unfriendly one can run for long.
  const told = settings.filter(([name]) => patterns.includes('*') || patterns.includes(name));
  writer.map(told.length);
  for (const [name, value] of told) {
    writer.text(name);
    writer.text(String(value));
  }
}

function clientCommand(client: ClientSession, writer: ReplyWriter): void {
  const { reader } = client;
  const subcommand = argument(reader, 1).toLowerCase();
  const argumentCounts: Record<string, number> = { id: 2, getname: 2, setname: 3, setinfo: 4 };
  const expected = Object.hasOwn(argumentCounts, subcommand) ? argumentCounts[subcommand] : undefined;
  if (expected === undefined) {
    writer.error(unknownSubcommand(reader, 'CLIENT'));
  } else if (reader.count !== expected) {
    writer.error(`ERR wrong number of arguments for 'client|${subcommand}' command`);
  } else if (subcommand === 'id') {
    writer.integer(client.id);
  } else if (subcommand === 'getname') {
    if (client.name === '') writer.null();
    else writer.text(client.name);
  } else if (subcommand === 'setname' && !isClientName(argument(reader, 2))) {
    writer.error(clientNameText);
  } else {
    if (subcommand === 'setname') client.name = argument(reader, 2);
    writer.ok();
  }
}

function infoText(section: string, view: NodeView): string {
  const { ring, quorum } = view;
  const sections: [string, readonly (readonly [string, string | number])[]][] = [
    [
      'Server',
      [
        ['rkv_version', productVersion],
        ['redis_mode', 'standalone'],
        ['node', view.name],
      ],
    ],
    [
      'Persistence',
      [
        ['loading', 0],
        ['storage', 'memory'],
      ],
    ],
    [
      'Cluster',
      [
        ['cluster_id', ring.clusterId],
        ['members', ring.members.length],
        ['ring_size', ring.ringSize],
        ['ring_epoch', ring.epoch],
        ['n', quorum.n],
        ['r', quorum.r],
        ['w', quorum.w],
      ],
    ],
    ['Stats', view.counters()],
  ];
  return sections
    .filter(([name]) => ['all', 'default', 'everything', name.toLowerCase()].includes(section))
    .map(([name, lines]) => [`# ${name}`, ...lines.map(([key, value]) => `${key}:${value}`), ''].join('\r\n'))
    .join('\r\n');
}

/** As Redis, which by default allows it to nobody. */
const debugText =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
const clientNameText = 'ERR Client names cannot contain spaces, newlines or special characters.';

function isClientName(name: string): boolean {
  return /^[!-~]*$/.test(name);
}

function unknownSubcommand(reader: CommandReader, name: string): string {
  return `ERR unknown subcommand '${argument(reader, 1, 'latin1').slice(0, 128)}'. Try ${name} HELP.`;
}

function argument(reader: CommandReader, number: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return reader.buffer.toString(encoding, reader.starts[number]!, reader.ends[number]!);
}
