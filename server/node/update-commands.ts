/** SET and GETEX with options: those that depend on what is there, and those that are puts like any other. */
import { emptyRange } from '../byte-range.js';
import type { Consistency, Requests, UpdateAsk } from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import type { ClientSession } from './client-session.js';
import type { NodeLimits } from './node-options.js';
import type { NodeView } from './node-view.js';
import { writeUpdateOutcome } from './reply-form.js';
import { isKeyFine, isValueFine, refuse } from './size-limits.js';
import { readGetexOptions, readSetOptions } from './value-options.js';

export interface UpdateCommandsOptions {
  requests: Requests<ClientSession>;
  /** Of plain requests. */
  consistency: Consistency;
  /** Writes the reply of a ticket that was reserved. */
  reply(client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void): void;
  limits: NodeLimits;
  view: NodeView;
}

export class UpdateCommands {
  readonly #options: UpdateCommandsOptions;
  readonly #key = emptyRange();
  readonly #value = emptyRange();

  constructor(options: UpdateCommandsOptions) {
    this.#options = options;
  }

  /**
   * Runs a SET with options. If all that they say is when the value ends, it does nothing and returns that: then it
   * is a put like any other. Else undefined.
   */
  set(client: ClientSession): number | undefined {
    const { limits, view } = this.#options;
    const options = readSetOptions(client.reader, view.wallMs());
    if (typeof options === 'string') {
      refuse(client, options);
      return undefined;
    }
    const { condition, returnsOld, expiresMs } = options;
    if (condition === 'none' && !returnsOld && expiresMs !== undefined) return expiresMs;
    if (!isValueFine(client, 2, limits)) return undefined;
    client.reader.argument(2, this.#value);
    this.#update(client, { ...options, value: this.#value });
    return undefined;
  }

  /** Runs a GETEX with options; false if it has none, and is a get like any other. */
  getex(client: ClientSession): boolean {
    const options = readGetexOptions(client.reader, this.#options.view.wallMs());
    if (options === undefined) return false;
    if (typeof options === 'string') refuse(client, options);
    else this.#update(client, { ...options, value: undefined }, options.mistake);
    return true;
  }

  /** `mistake` is the answer if there is a value. */
  #update(client: ClientSession, ask: UpdateAsk, mistake?: string): void {
    const { requests, consistency, reply, limits } = this.#options;
    if (!isKeyFine(client, 1, limits)) return;
    if (consistency === 'atomic') {
      refuse(client, refusedText);
      return;
    }
    client.reader.argument(1, this.#key);
    const ticket = client.replies.reserve();
    requests.update(this.#key, ask, (outcome) =>
      reply(client, ticket, (writer) => {
        const isValueThere = outcome.kind === 'done' && outcome.old !== undefined;
        if (mistake !== undefined && isValueThere) writer.error(mistake);
        else writeUpdateOutcome(writer, outcome, ask.returnsOld);
      }),
    );
  }
}

const refusedText =
  'ERR NX, XX, GET, KEEPTTL and options of GETEX are not supported by rkv where consistency is atomic: majorities of replicas cannot make a change that depends on what is there';
