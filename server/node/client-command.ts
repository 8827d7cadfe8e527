/** CLIENT: the connections to this node, and the name that each has given itself. */
import type { ReplyWriter } from '../resp/index.js';
import { notPermittedText, right } from './access.js';
import type { ClientSession } from './client-session.js';
import {
  argument,
  argumentsFrom,
  notIntegerText,
  syntaxErrorText,
  unknownSubcommand,
  wrongArity,
} from './command-argument.js';
import { commandSpecs } from './command-specs.js';
import type { NodeView } from './node-view.js';

export const clientNameText = 'ERR Client names cannot contain spaces, newlines or special characters.';

export function isClientName(name: string): boolean {
  return /^[!-~]*$/.test(name);
}

type Subcommand = (client: ClientSession, view: NodeView, writer: ReplyWriter) => void;

/** Arity with both names, exactly, or at least if negative; and what it does. */
const subcommands: ReadonlyMap<string, readonly [arity: number, run: Subcommand]> = new Map([
  ['id', [2, ({ id }, _, writer) => writer.integer(id)]],
  ['getname', [2, ({ name }, _, writer) => (name === '' ? writer.null() : writer.text(name))]],
  ['setname', [3, setName]],
  // Names of client libraries are nothing that we keep.
  ['setinfo', [4, (_client, _view, writer) => writer.ok()]],
  ['info', [2, (client, view, writer) => writer.verbatim(`${clientLine(client, view)}\n`)]],
  ['list', [-2, list]],
  ['kill', [-3, kill]],
  // Nobody is ever evicted.
  ['no-evict', [3, onOrOff]],
  ['reply', [3, reply]],
  ['tracking', [-3, tracking]],
  ['getredir', [2, (_client, _view, writer) => writer.integer(-1)]],
]);

/** Those that tell of other clients, or end them. */
const ofOthers: ReadonlySet<string> = new Set(['list', 'kill']);

export function clientCommand(client: ClientSession, view: NodeView, writer: ReplyWriter): void {
  const { reader } = client;
  const name = argument(reader, 1).toLowerCase();
  const subcommand = subcommands.get(name);
  if (subcommand === undefined) {
    writer.error(unknownSubcommand(reader, 'CLIENT'));
    return;
  }
  const [arity, run] = subcommand;
  if (arity >= 0 ? reader.count !== arity : reader.count < -arity) writer.error(wrongArity(`client|${name}`));
  else if (ofOthers.has(name) && (client.rights & right.admin) === 0)
    writer.error(notPermittedText(`client|${name}`));
  else run(client, view, writer);
}

function setName(client: ClientSession, _: NodeView, writer: ReplyWriter): void {
  const name = argument(client.reader, 2);
  if (!isClientName(name)) {
    writer.error(clientNameText);
    return;
  }
  client.name = name;
  writer.ok();
}

function onOrOff({ reader }: ClientSession, _: NodeView, writer: ReplyWriter): void {
  if (/^(on|off)$/i.test(argument(reader, 2))) writer.ok();
  else writer.error(syntaxErrorText);
}

function reply({ reader }: ClientSession, _: NodeView, writer: ReplyWriter): void {
  const mode = argument(reader, 2).toLowerCase();
  if (mode === 'on') writer.ok();
  else if (mode === 'off' || mode === 'skip')
    writer.error(`ERR CLIENT REPLY ${mode.toUpperCase()} is not supported by rkv: every command is answered`);
  else writer.error(syntaxErrorText);
}

/**
 * In RESP2 without REDIRECT tracking has no effect in Redis: there is no way to tell the client. So much is served;
 * where it would have one it is refused, or clients would trust caches that nobody invalidates.
 */
function tracking(client: ClientSession, _: NodeView, writer: ReplyWriter): void {
  const { reader } = client;
  const mode = argument(reader, 2).toLowerCase();
  if (mode === 'off') {
    client.isTracking = false;
    writer.ok();
  } else if (mode !== 'on') {
    writer.error(syntaxErrorText);
  } else if (reader.count > 3 || client.replies.protocol === 3) {
    writer.error('ERR CLIENT TRACKING is not supported by rkv: nothing tells clients what has changed');
  } else {
    client.isTracking = true;
    writer.ok();
  }
}

function list({ reader }: ClientSession, view: NodeView, writer: ReplyWriter): void {
  const [option, ...values] = argumentsFrom(reader, 2);
  let told = [...view.clients()];
  if (option?.toLowerCase() === 'id' && values.length > 0) {
    if (values.some((id) => !/^[1-9][0-9]{0,15}$/.test(id))) {
      writer.error('ERR Invalid client ID');
      return;
    }
    told = told.filter(({ id }) => values.includes(String(id)));
  } else if (option?.toLowerCase() === 'type' && values.length === 1) {
    const type = values[0]!.toLowerCase();
    if (!['normal', 'master', 'replica', 'slave', 'pubsub'].includes(type)) {
      writer.error(`ERR Unknown client type '${values[0]!.slice(0, 64)}'`);
      return;
    }
    // All clients are normal ones.
    if (type !== 'normal') told = [];
  } else if (option !== undefined) {
    writer.error(syntaxErrorText);
    return;
  }
  writer.verbatim(told.map((client) => `${clientLine(client, view)}\n`).join(''));
}

/** CLIENT KILL address, or CLIENT KILL [ID id] [ADDR address] [USER name] [TYPE type] [SKIPME yes | no]. */
function kill(client: ClientSession, view: NodeView, writer: ReplyWriter): void {
  const options = argumentsFrom(client.reader, 2);
  const isOld = options.length === 1;
  const filters = isOld ? ['addr', options[0]!] : options;
  let skipsMe = !isOld;
  let chosen = [...view.clients()];
  for (let i = 0; i < filters.length; i += 2) {
    const [name, value] = [filters[i]!.toLowerCase(), filters[i + 1]];
    if (value === undefined) {
      writer.error(syntaxErrorText);
      return;
    }
    if (name === 'id') {
      if (!/^[1-9][0-9]{0,15}$/.test(value)) {
        writer.error(/^-?[0-9]+$/.test(value) ? 'ERR client-id should be greater than 0' : notIntegerText);
        return;
      }
      chosen = chosen.filter(({ id }) => String(id) === value);
    } else if (name === 'addr') chosen = chosen.filter(({ port }) => port.address === value);
    else if (name === 'user') chosen = chosen.filter(({ user }) => user === value);
    else if (name === 'type') chosen = value.toLowerCase() === 'normal' ? chosen : [];
    else if (name === 'skipme' && /^(yes|no)$/i.test(value)) skipsMe = value.toLowerCase() === 'yes';
    else {
      writer.error(syntaxErrorText);
      return;
    }
  }
  if (skipsMe) chosen = chosen.filter((other) => other !== client);
  for (const other of chosen) {
    if (other === client) client.isEnding = true;
    else other.port.destroy();
  }
  if (!isOld) writer.integer(chosen.length);
  else if (chosen.length === 0) writer.error('ERR No such client');
  else writer.ok();
}

/** What Redis tells of a client, as far as it is known here. */
function clientLine(client: ClientSession, view: NodeView): string {
  const { id, port, name, reader, replies } = client;
  const fields: [string, string | number][] = [
    ['id', id],
    ['addr', port.address ?? ''],
    ['name', name],
    ['age', Math.floor((view.nowMs() - client.openedMs) / 1000)],
    ['flags', client.isTracking ? 't' : 'N'],
    ['db', 0],
    ['sub', 0],
    ['psub', 0],
    ['ssub', 0],
    ['multi', -1],
    ['qbuf', reader.carriedBytes],
    ['oll', replies.outstanding],
    ['omem', port.queuedBytes],
    ['events', client.isHeld ? '' : 'r'],
    ['cmd', commandSpecs[client.lastCommand]?.name ?? 'NULL'],
    ['user', client.user],
    ['resp', replies.protocol],
  ];
  return fields.map(([field, value]) => `${field}=${value}`).join(' ');
}
