/**
 * ACL: who somebody is, who may log in, and the users file read anew. Users are changed in that file; the
 * subcommands of Redis that change them one by one are refused.
 */
import { immediateTicket } from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import { type Access, defaultUser, notPermittedText, right } from './access.js';
import type { ClientSession } from './client-session.js';
import { argument, unknownSubcommand, wrongArity } from './command-argument.js';

export interface AclCommandOptions {
  /** Undefined if everybody may do everything. */
  access: Access | undefined;
  /** Reads the users anew; calls back once, with why that cannot be, if it cannot. */
  reload(done: (mistake: string | undefined) => void): void;
  /** Writes the reply of a ticket that was reserved. */
  reply(client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void): void;
}

/** Those that any user may ask. */
const ofOneself = 'whoami';
const served = new Set([ofOneself, 'users', 'load']);
const changing = new Set(['setuser', 'deluser', 'save']);

export class AclCommand {
  readonly #options: AclCommandOptions;

  constructor(options: AclCommandOptions) {
    this.#options = options;
  }

  /** ACL WHOAMI | USERS | LOAD. */
  run(client: ClientSession): void {
    const { reader, user, rights } = client;
    const name = argument(reader, 1).toLowerCase();
    if (changing.has(name)) fail(client, `ERR ACL ${name.toUpperCase()} is not supported by rkv: ${instead}`);
    else if (!served.has(name)) fail(client, unknownSubcommand(reader, 'ACL'));
    else if (reader.count !== 2) fail(client, wrongArity(`acl|${name}`));
    else if (name !== ofOneself && (rights & right.admin) === 0)
      fail(client, notPermittedText(`acl|${name}`));
    else if (name === ofOneself) answerAtOnce(client, (writer) => writer.text(user));
    else if (name === 'users') this.#users(client);
    else this.#load(client);
  }

  #users(client: ClientSession): void {
    const names = [...(this.#options.access?.userNames() ?? [defaultUser])].sort();
    answerAtOnce(client, (writer) => {
      writer.array(names.length);
      for (const name of names) writer.text(name);
    });
  }

  #load(client: ClientSession): void {
    const { reload, reply } = this.#options;
    const ticket = client.replies.reserve();
    reload((mistake) =>
      reply(client, ticket, (writer) => {
        if (mistake === undefined) writer.ok();
        else writer.error(`ERR ${mistake.replace(/\s*\n\s*/g, '; ')}`);
      }),
    );
  }
}

function fail(client: ClientSession, text: string): void {
  answerAtOnce(client, (writer) => writer.error(text));
}

function answerAtOnce(client: ClientSession, write: (writer: ReplyWriter) => void): void {
  write(client.replies.begin(immediateTicket));
  client.replies.end(immediateTicket);
}

const instead = 'change the users file, then ACL LOAD reads it';
