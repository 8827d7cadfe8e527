/**
 * Runs the commands of clients. Data commands go to the coordinator, which answers when it can; the others are
 * answered here at once. Unknown commands, wrong counts of arguments and unknown options get Redis' own texts.
 */
import { emptyRange, rangeOf } from '../byte-range.js';
import { neverExpires } from '../object/index.js';
import { type Asker, type Coordinator, immediateTicket, type Requests } from '../request/index.js';
import { type CommandReader, type ReplyWriter, unknownWord, WordTable } from '../resp/index.js';
import { notLoggedInText, notPermittedText, rightsNeeded } from './access.js';
import type { AclCommand } from './acl-command.js';
import type { AdminDesk } from './admin/admin-desk.js';
import type { AdminVerbName } from './admin/admin-verbs.js';
import type { Authentication } from './authentication.js';
import type { ClientSession } from './client-session.js';
import { argument, wrongArity } from './command-argument.js';
import { adminVerbOf, command, commandSpecs } from './command-specs.js';
import { CommandStatistics } from './command-statistics.js';
import { runConnectionCommand } from './connection-commands.js';
import type { KeySpaceCommands } from './key-space-commands.js';
import type { NodeLimits } from './node-options.js';
import type { NodeView } from './node-view.js';
import { type QuorumOptionsDefaults, readQuorumOptions } from './quorum-options.js';
import { gatherForm, pingValueMax, replyForm, writeAdminAnswer } from './reply-form.js';
import { isKeyFine, isValueFine, refuse } from './size-limits.js';
import { UpdateCommands } from './update-commands.js';

export interface CommandRunnerOptions {
  requests: Requests<ClientSession>;
  quorumDefaults: QuorumOptionsDefaults;
  admin: AdminDesk;
  authentication: Authentication;
  acl: AclCommand;
  /** Writes the reply of a ticket that was reserved. */
  reply(client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void): void;
  keySpace: KeySpaceCommands;
  limits: NodeLimits;
  view: NodeView;
}

export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #coordinator: Coordinator<ClientSession>;
  readonly #limits: NodeLimits;
  readonly #view: NodeView;
  readonly #keySpace: KeySpaceCommands;
  readonly #updates: UpdateCommands;
  readonly #statistics = new CommandStatistics();
  /** The request being started; filled in again for each. */
  readonly #asker: { client: ClientSession | undefined; ticket: number; form: number } = {
    client: undefined,
    ticket: 0,
    form: 0,
  };
  readonly #key = emptyRange();
  readonly #value = emptyRange();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
    this.#coordinator = options.requests.coordinator;
    this.#limits = options.limits;
    this.#view = options.view;
    this.#keySpace = options.keySpace;
    this.#updates = new UpdateCommands({ ...options, consistency: options.quorumDefaults.consistency });
  }

  /** Whether the command that the client's reader has found writes. */
  isWrite({ reader }: ClientSession): boolean {
    const number = words.find(reader.buffer, reader.starts[0]!, reader.ends[0]!);
    return number !== unknownWord && commandSpecs[number]!.flags.includes('write');
  }

  /** Runs the command that the client's reader has found. */
  run(client: ClientSession): void {
    const { reader } = client;
    const number = words.find(reader.buffer, reader.starts[0]!, reader.ends[0]!);
    if (number === unknownWord) {
      // A web page made its browser talk to us: as in Redis, the connection ends before it can say more.
      if (httpWords.find(reader.buffer, reader.starts[0]!, reader.ends[0]!) !== unknownWord)
        client.isEnding = true;
      else refuse(client, unknownCommandText(reader));
      return;
    }
    const arity = arities[number]!;
    if (arity >= 0 ? reader.count !== arity : reader.count < -arity) {
      this.#statistics.rejected[number]!++;
      refuse(client, wrongArity(commandSpecs[number]!.name));
      return;
    }
    const needed = neededRights[number]!;
    if ((client.rights & needed) !== needed) {
      this.#statistics.rejected[number]!++;
      this.#refuse(client, number);
      return;
    }
    this.#statistics.calls[number]!++;
    client.lastCommand = number;
    switch (number) {
      case command.get:
        this.#get(client, replyForm.value);
        return;
      case command.set:
        this.#set(client);
        return;
      case command.del:
      case command.unlink:
        this.#delete(client);
        return;
      case command.exists:
      case command.touch:
        this.#exists(client);
        return;
      case command.rkvGet:
        if (reader.count > 2) this.#quorumGet(client);
        else this.#get(client, replyForm.valueAndVnode);
        return;
      case command.rkvPut:
        if (reader.count > 3) this.#quorumWrite(client, true);
        else this.#put(client, replyForm.okAndVnode, neverExpires);
        return;
      case command.rkvDel:
        if (reader.count > 2) this.#quorumWrite(client, false);
        else this.#deleteAndTell(client);
        return;
      case command.mget:
        this.#getMany(client);
        return;
      case command.mset:
        this.#putMany(client);
        return;
      case command.strlen:
        this.#get(client, replyForm.length);
        return;
      case command.ttl:
        this.#get(client, replyForm.secondsToLive);
        return;
      case command.pttl:
        this.#get(client, replyForm.millisecondsToLive);
        return;
      case command.getex:
        if (!this.#updates.getex(client)) this.#get(client, replyForm.value);
        return;
      case command.type:
        this.#get(client, replyForm.typeName);
        return;
      case command.keys:
        this.#keySpace.keys(client);
        return;
      case command.scan:
        this.#keySpace.scan(client);
        return;
      case command.dbsize:
        this.#keySpace.dbsize(client);
        return;
      case command.randomkey:
        this.#keySpace.randomKey(client);
        return;
      case command.flushall:
      case command.flushdb:
        this.#keySpace.flush(client);
        return;
      case command.auth:
        this.#options.authentication.auth(client);
        return;
      case command.acl:
        this.#options.acl.run(client);
        return;
      case command.hello:
        this.#options.authentication.hello(client);
        return;
      case command.reset:
        this.#options.authentication.reset(client);
        return;
      case command.rkvPing:
        this.#pingVnode(client);
        return;
      default:
        if (number > command.rkvState || (number === command.rkvRing && reader.count > 1))
          this.#administer(client, adminVerbOf(number)!);
        else runConnectionCommand(number, client, this.#view, this.#statistics);
    }
  }

  /** The client may not run this command: because nobody has logged in, or because its user may not. */
  #refuse(client: ClientSession, number: number): void {
    const { name } = commandSpecs[number]!;
    if (client.rights === 0) {
      refuse(client, notLoggedInText);
      return;
    }
    const subcommand = name === 'config' ? `|${argument(client.reader, 1, 'latin1').toLowerCase()}` : '';
    refuse(client, notPermittedText(`${name}${subcommand.slice(0, 64)}`));
  }

  /** RKV.VERB [argument ...] [JSON]: answered when the cluster has seen what was asked, or refuses it. */
  #administer(client: ClientSession, verb: AdminVerbName): void {
    const { reader, replies } = client;
    const words = Array.from({ length: reader.count - 1 }, (_, i) =>
      reader.buffer.toString('utf8', reader.starts[i + 1]!, reader.ends[i + 1]!),
    );
    const isJson = words.at(-1)?.toLowerCase() === 'json';
    if (isJson) words.pop();
    const ticket = replies.reserve();
    const { admin, reply } = this.#options;
    admin.run(verb, words, (answer) =>
      reply(client, ticket, (writer) => writeAdminAnswer(writer, answer, isJson)),
    );
  }

  #deleteAndTell(client: ClientSession): void {
    if (!isKeyFine(client, 1, this.#limits)) return;
    this.#askFor(client, immediateTicket, replyForm.okAndVnode, 1);
    this.#coordinator.delete(this.#asker as Asker<ClientSession>, this.#key);
  }

  /** RKV.GET with options: what each vnode answered. */
  #quorumGet(client: ClientSession): void {
    if (!isKeyFine(client, 1, this.#limits)) return;
    const { requests, quorumDefaults } = this.#options;
    const ask = readQuorumOptions(client.reader, 2, false, quorumDefaults);
    if (typeof ask === 'string') {
      refuse(client, ask);
      return;
    }
    client.reader.argument(1, this.#key);
    requests.get(client, client.replies.reserve(), this.#key, ask);
  }

  /** RKV.PUT and RKV.DEL with options. */
  #quorumWrite(client: ClientSession, hasValue: boolean): void {
    if (!isKeyFine(client, 1, this.#limits) || (hasValue && !isValueFine(client, 2, this.#limits))) return;
    const { requests, quorumDefaults } = this.#options;
    const ask = readQuorumOptions(client.reader, hasValue ? 3 : 2, true, quorumDefaults);
    if (typeof ask === 'string') {
      refuse(client, ask);
      return;
    }
    client.reader.argument(1, this.#key);
    if (hasValue) client.reader.argument(2, this.#value);
    const value = hasValue ? this.#value : undefined;
    requests.write(client, client.replies.reserve(), this.#key, ask, value);
  }

  #get(client: ClientSession, form: number): void {
    if (!isKeyFine(client, 1, this.#limits)) return;
    this.#askFor(client, immediateTicket, form, 1);
    this.#coordinator.get(this.#asker as Asker<ClientSession>, this.#key);
  }

  #set(client: ClientSession): void {
    const expiresMs = client.reader.count === 3 ? neverExpires : this.#updates.set(client);
    if (expiresMs !== undefined) this.#put(client, replyForm.ok, expiresMs);
  }

  #put(client: ClientSession, form: number, expiresMs: number): void {
    if (!isKeyFine(client, 1, this.#limits) || !isValueFine(client, 2, this.#limits)) return;
    const value = this.#value;
    client.reader.argument(2, value);
    this.#askFor(client, immediateTicket, form, 1);
    this.#coordinator.put(this.#asker as Asker<ClientSession>, this.#key, value, expiresMs);
  }

  /** DEL: with several keys, one request for each, and one reply for all. */
  #delete(client: ClientSession): void {
    const { count } = client.reader;
    for (let i = 1; i < count; i++) if (!isKeyFine(client, i, this.#limits)) return;
    const form = count === 2 ? replyForm.existence : replyForm.sum;
    const ticket = count === 2 ? immediateTicket : client.replies.reserveSum(count - 1, 'countWritten');
    for (let i = 1; i < count; i++) {
      this.#askFor(client, ticket, form, i);
      this.#coordinator.delete(this.#asker as Asker<ClientSession>, this.#key);
    }
  }

  /** EXISTS: a key that is named twice counts twice, as in Redis. */
  #exists(client: ClientSession): void {
    const { count } = client.reader;
    for (let i = 1; i < count; i++) if (!isKeyFine(client, i, this.#limits)) return;
    const form = count === 2 ? replyForm.existence : replyForm.sum;
    const ticket = count === 2 ? immediateTicket : client.replies.reserveSum(count - 1, 'count');
    for (let i = 1; i < count; i++) {
      this.#askFor(client, ticket, form, i);
      this.#coordinator.get(this.#asker as Asker<ClientSession>, this.#key);
    }
  }

  /** MGET: one get for each key, and one reply with all values or the first error. */
  #getMany(client: ClientSession): void {
    const { count } = client.reader;
    for (let i = 1; i < count; i++) if (!isKeyFine(client, i, this.#limits)) return;
    const ticket = client.replies.reserveGather(count - 1);
    for (let i = 1; i < count; i++) {
      this.#askFor(client, ticket, gatherForm(i - 1), i);
      this.#coordinator.get(this.#asker as Asker<ClientSession>, this.#key);
    }
  }

  /** MSET: one put for each key, each with a version of its own: not atomic over its keys, unlike in Redis. */
  #putMany(client: ClientSession): void {
    const { count } = client.reader;
    if (count % 2 === 0) {
      refuse(client, wrongArity('mset'));
      return;
    }
    for (let i = 1; i < count; i += 2)
      if (!isKeyFine(client, i, this.#limits) || !isValueFine(client, i + 1, this.#limits)) return;
    const ticket = client.replies.reserveSum((count - 1) / 2, 'ok');
    for (let i = 1; i < count; i += 2) {
      this.#askFor(client, ticket, replyForm.sum, i);
      client.reader.argument(i + 1, this.#value);
      this.#coordinator.put(this.#asker as Asker<ClientSession>, this.#key, this.#value, neverExpires);
    }
  }

  /** Fills in who asks, and which argument is the key. */
  #askFor(client: ClientSession, ticket: number, form: number, keyArgument: number): void {
    this.#asker.client = client;
    this.#asker.ticket = ticket;
    this.#asker.form = form;
    client.reader.argument(keyArgument, this.#key);
  }

  /** RKV.PING [number]: asks the first vnode of the key `ping<number>`, as the tutorial's Service.ping. */
  #pingVnode(client: ClientSession): void {
    const { reader } = client;
    const text =
      reader.count > 1 ? reader.buffer.toString('latin1', reader.starts[1]!, reader.ends[1]!) : '1';
    if (!/^(0|[1-9][0-9]{0,9})$/.test(text) || Number(text) > pingValueMax) {
      refuse(client, 'ERR value is not an integer or out of range');
      return;
    }
    const asker = { client, ticket: immediateTicket, form: replyForm.pong + Number(text) };
    this.#coordinator.getFirst(asker, rangeOf(Buffer.from(`ping${text}`)));
  }
}

const words = new WordTable(commandSpecs.map((spec) => spec.name));
const httpWords = new WordTable(['post', 'host:']);
const neededRights = Uint8Array.from(commandSpecs, rightsNeeded);
const arities = Int8Array.from(commandSpecs, (spec) => spec.arity);

/** Redis' text: the name and the first arguments, each cut so that all stay below 128 bytes. */
function unknownCommandText({ buffer, starts, ends, count }: CommandReader): string {
  const name = cut(buffer, starts[0]!, ends[0]!, 128);
  let told = '';
  for (let i = 1; i < count && told.length < 128; i++)
    told += `'${cut(buffer, starts[i]!, ends[i]!, 128 - told.length)}' `;
  return `ERR unknown command '${name}', with args beginning with: ${told}`;
}

function cut(buffer: Buffer, start: number, end: number, charactersMax: number): string {
  // Redis prints C strings, so that an argument ends at its first zero byte.
  const text = buffer.toString('latin1', start, Math.min(end, start + charactersMax));
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}
