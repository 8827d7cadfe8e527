/** A client in the simulation: sends commands, collects replies in the order in which they come. */
import { ErrorReply, type Reply, ReplyParser } from '../client/index.js';
import type { ClientPort, ClientSession } from '../node/index.js';

export interface SimulatedClientOptions {
  open(port: ClientPort): ClientSession;
  send(session: ClientSession, bytes: Buffer): void;
  drained(session: ClientSession): void;
  closed(session: ClientSession): void;
}

export class SimulatedClient {
  /** Replies as text: bulk strings and errors as they are, nulls as `nil`, arrays with blanks between. */
  readonly replies: string[] = [];
  isClosed = false;
  /** While false, what is written to the client stays unread. */
  isReading = true;
  readonly #options: SimulatedClientOptions;
  readonly #session: ClientSession;
  readonly #parser = new ReplyParser();
  #unread: Buffer[] = [];

  constructor(options: SimulatedClientOptions) {
    this.#options = options;
    this.#session = options.open(this.#port());
  }

  /** Sends a command given as words. */
  send(...words: string[]): void {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.sendBytes(`*${words.length}\r\n${parts.join('')}`);
  }

  sendBytes(bytes: string): void {
    this.#options.send(this.#session, Buffer.from(bytes, 'latin1'));
  }

  /** What was written to it and not read. */
  get unreadBytes(): number {
    return this.#unread.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** The client ends the connection. */
  close(): void {
    this.isClosed = true;
    this.#options.closed(this.#session);
  }

  /** Reads what was left unread, and goes on reading. */
  readOn(): void {
    this.isReading = true;
    for (const bytes of this.#unread.splice(0)) this.#parse(bytes);
    this.#options.drained(this.#session);
  }

  #port(): ClientPort {
    const close = () => {
      this.isClosed = true;
    };
    const unreadBytes = () => this.unreadBytes;
    return {
      write: (bytes) => this.#written(bytes),
      get queuedBytes() {
        return unreadBytes();
      },
      end: close,
      destroy: close,
      pause: () => {},
      resume: () => {},
    };
  }

  #written(bytes: Buffer): boolean {
    if (this.isReading) {
      this.#parse(Buffer.from(bytes));
      return true;
    }
    this.#unread.push(bytes);
    return false;
  }

  #parse(bytes: Buffer): void {
    this.#parser.push(bytes);
    for (let reply = this.#parser.next(); reply !== undefined; reply = this.#parser.next())
      this.replies.push(textOf(reply));
  }
}

function textOf(reply: Reply): string {
  if (reply === null) return 'nil';
  if (reply instanceof ErrorReply) return reply.text;
  return Array.isArray(reply) ? reply.map(textOf).join(' ') : reply.toString();
}
