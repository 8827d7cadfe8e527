/**
 * AUTH and HELLO: who a client is. A password is checked elsewhere, so the client's next commands wait for the
 * answer, and it can try one password at a time.
 */
import { immediateTicket } from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import { type Access, allRights, defaultUser } from './access.js';
import type { ClientSession } from './client-session.js';
import { argument, syntaxErrorText } from './command-argument.js';
import type { Environment } from './environment.js';
import { answerHello, readHelloCommand } from './hello-command.js';

export interface AuthenticationOptions {
  /** Undefined if everybody may do everything. */
  access: Access | undefined;
  environment: Environment;
  /** Writes the reply of a ticket that was reserved. */
  reply(client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void): void;
}

export class Authentication {
  readonly #options: AuthenticationOptions;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** AUTH [user] password. */
  auth(client: ClientSession): void {
    const { reader } = client;
    if (reader.count > 3) {
      answerAtOnce(client, (writer) => writer.error(syntaxErrorText));
      return;
    }
    if (reader.count === 2 && this.#options.access === undefined) {
      answerAtOnce(client, (writer) => writer.error(noPasswordText));
      return;
    }
    const last = reader.count - 1;
    const password = Buffer.from(reader.buffer.subarray(reader.starts[last]!, reader.ends[last]!));
    const user = last === 2 ? argument(reader, 1) : defaultUser;
    this.#login(client, { user, password }, (writer) => writer.ok());
  }

  hello(client: ClientSession): void {
    const asked = readHelloCommand(client);
    if (typeof asked === 'string') answerAtOnce(client, (writer) => writer.error(asked));
    else if (asked.login !== undefined)
      this.#login(client, asked.login, (writer) => answerHello(client, asked, writer));
    else if (client.rights === 0) answerAtOnce(client, (writer) => writer.error(helloWithoutLoginText));
    else answerAtOnce(client, (writer) => answerHello(client, asked, writer));
  }

  /** RESET: the connection is as it was in the beginning. */
  reset(client: ClientSession): void {
    forgetLogin(client, this.#options.access);
    client.strangerSinceMs = this.#options.environment.nowMs();
    client.name = '';
    client.isTracking = false;
    client.replies.protocol = 2;
    answerAtOnce(client, (writer) => writer.status('RESET'));
  }

  #login(
    client: ClientSession,
    { user, password }: { user: string; password: Buffer },
    answer: (writer: ReplyWriter) => void,
  ): void {
    const { access, environment, reply } = this.#options;
    if (access === undefined) {
      // As Redis, whose default user has no password until it is given one: any will do.
      if (user === defaultUser) answerAtOnce(client, answer);
      else answerAtOnce(client, (writer) => writer.error(wrongPasswordText));
      return;
    }
    const ticket = client.replies.reserve();
    client.isExclusive = true;
    access.verify(user, password, (result) => {
      client.isExclusive = false;
      if (result.kind === 'known') {
        client.user = user;
        client.rights = result.rights;
        client.account = result.account;
        client.reader.isRestricted = false;
        reply(client, ticket, answer);
        return;
      }
      if (result.kind === 'wrong' && !client.isClosed) {
        const from = client.port.address ?? '';
        environment.log({
          level: 'warn',
          event: 'login-failed',
          client: client.id,
          from,
          user: user.slice(0, 64),
        });
      }
      const text = result.kind === 'wrong' ? wrongPasswordText : busyText;
      reply(client, ticket, (writer) => writer.error(text));
    });
  }
}

/** Makes a client what it is before it has logged in. */
export function forgetLogin(client: ClientSession, access: Access | undefined): void {
  client.user = defaultUser;
  client.rights = access === undefined ? allRights : 0;
  client.reader.isRestricted = access !== undefined;
}

function answerAtOnce(client: ClientSession, write: (writer: ReplyWriter) => void): void {
  write(client.replies.begin(immediateTicket));
  client.replies.end(immediateTicket);
}

/** As Redis says it. */
const wrongPasswordText = 'WRONGPASS invalid username-password pair or user is disabled.';
const noPasswordText =
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?';
const helloWithoutLoginText =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time';
const busyText = 'BUSY too many logins wait to be checked, try again';
