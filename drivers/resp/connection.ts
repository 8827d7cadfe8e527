// One connection to a RESP server, shared by any number of tickets: commands are gathered and written once
// per batch, replies are matched to tickets by their order. It reconnects by itself.
// What an operation means is left to the session that owns it; here a reply is a value, a null or an error.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TicketedContext } from '../../bench/driver.js';
import { CommandWriter } from './command-writer.js';
import { greetingsOf, type Login, loginHint } from './login.js';
import { ReplyReader, replyError } from './reply-reader.js';
import { type SecureOptions, serverNameOf } from './secure-options.js';

/** Waits between attempts to connect: doubling from the first to the last. */
const reconnectMsFirst = 50;
const reconnectMsLast = 1000;
const readBufferBytes = 256 * 1024;
/** The ticket of a greeting, which nobody waits for. */
const noTicket = -1;

export interface ConnectionOptions {
  host: string;
  port: number;
  /** Who to log in as, if anybody, whenever it connects. */
  login: Login | undefined;
  /** Undefined: the connection is not encrypted. */
  secure: SecureOptions | undefined;
  context: TicketedContext;
  /** A reply for `ticket`: replyValue or replyNull. */
  onReply(ticket: number, reply: number): void;
  /** An error reply for `ticket`; its text begins with the error's code. */
  onErrorReply(ticket: number, text: string): void;
  /** Errors of this many milliseconds without a connection end `open`. */
  connectTimeoutMs: number;
}

/** Nobody is there; somebody may be later. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export class RespConnection {
  /** Commands can be written; otherwise tickets wait for the next attempt to connect. */
  ready = false;
  readonly writer = new CommandWriter();
  readonly #options: ConnectionOptions;
  readonly #reader: ReplyReader;
  readonly #readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);
  /** Tickets whose replies are awaited, oldest first: a ring of a power of two. */
  readonly #inFlight: Int32Array;
  #head = 0;
  #count = 0;
  /** Tickets submitted while there is no connection. */
  #waiting: number[] = [];
  #encodeWaiting: (ticket: number) => void = () => {};
  #socket: Socket | undefined;
  #closed = false;
  #reconnectMs = reconnectMsFirst;
  #reconnectTimer: NodeJS.Timeout | undefined;
  /** What is said first on a connection, and how many replies to it are still to come. */
  readonly #greetings: readonly Buffer[];
  #greetingsLeft = 0;
  /** The server answers, and does not let us in. */
  #isRefused = false;
  #opening: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #failure = 'the connection was closed by the server';

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { observe } = options.context;
    this.#reader = new ReplyReader(
      (reply) => this.#onReply(reply),
      observe &&
        ((source, start, end) => {
          const ticket = this.#count === 0 ? noTicket : this.#inFlight[this.#head]!;
          if (ticket !== noTicket) observe(ticket, source, start, end);
        }),
    );
    this.#greetings = greetingsOf(options.login);
    let capacity = 2;
    // One place per ticket, and those of the greetings.
    while (capacity < options.context.workers + this.#greetings.length) capacity *= 2;
    this.#inFlight = new Int32Array(capacity);
  }

  /** Connects and waits for the answer to PING; rejects with one sentence when that fails. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#socket?.destroy(new Error(`no answer within ${this.#options.connectTimeoutMs} ms`)),
        this.#options.connectTimeoutMs,
      );
      this.#opening = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#connect();
    });
  }

  /** After `open` has failed: goes on trying by itself, as after the loss of a connection. */
  keepTrying(): void {
    if (!this.#closed) this.#reconnectTimer = setTimeout(() => this.#connect(), this.#reconnectMs);
  }

  /** Notes that `ticket` awaits the reply to the command just written. */
  expect(ticket: number): void {
    this.#inFlight[(this.#head + this.#count) & (this.#inFlight.length - 1)] = ticket;
    this.#count++;
  }

  /** Keeps `ticket` until the next connection is there (then `encode` writes its command) or has failed. */
  wait(ticket: number, encode: (ticket: number) => void): void {
    this.#encodeWaiting = encode;
    this.#waiting.push(ticket);
  }

  flush(): void {
    const bytes = this.writer.take();
    if (bytes === undefined || this.#socket === undefined) return;
    this.#socket.write(bytes);
    // What the kernel did not take at once still refers to the buffer.
    if (this.#socket.writableLength > 0) this.writer.renew();
  }

  /** Gives up on everything in flight, for example because one operation has timed out. */
  abandon(reason: string): void {
    this.#failure = reason;
    this.#socket?.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.ready = false;
    clearTimeout(this.#reconnectTimer);
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }

  #connect(): void {
    const { context, secure } = this.#options;
    this.#reader.reset();
    this.writer.take();
    this.#isRefused = false;
    this.#failure = 'the connection was closed by the server';
    const onBytes = (byteCount: number, buffer: Buffer) => {
      context.arrived();
      this.#read(buffer, byteCount);
      context.settled();
      return true;
    };
    const socket = secure === undefined ? this.#openPlain(onBytes) : this.#openSecure(secure, onBytes);
    this.#socket = socket;
    socket.once(secure === undefined ? 'connect' : 'secureConnect', () => {
      for (const greeting of this.#greetings) {
        this.writer.raw(greeting);
        this.expect(noTicket);
      }
      this.#greetingsLeft = this.#greetings.length;
      this.flush();
    });
    socket.on('error', (error) => {
      this.#failure = error.message;
    });
    socket.once('close', () => this.#onClose());
  }

  /** What comes is read into one buffer, again and again. */
  #openPlain(onBytes: (byteCount: number, buffer: Buffer) => boolean): Socket {
    const { host, port } = this.#options;
    const callback = (byteCount: number, buffer: Uint8Array) => onBytes(byteCount, buffer as Buffer);
    return connect({ host, port, noDelay: true, onread: { buffer: this.#readBuffer, callback } });
  }

  #openSecure(secure: SecureOptions, onBytes: (byteCount: number, buffer: Buffer) => boolean): Socket {
    const { host, port } = this.#options;
    const { ca, cert, key } = secure;
    const socket = connectTls({
      host,
      port,
      ca,
      cert,
      key,
      minVersion: 'TLSv1.2',
      ...serverNameOf(host, secure),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => onBytes(chunk.length, chunk));
    return socket;
  }

  #read(buffer: Buffer, byteCount: number): void {
    try {
      this.#reader.push(buffer, byteCount);
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#socket?.destroy();
    }
  }

  #onReply(reply: number): void {
    if (this.#count === 0) {
      this.#failure = 'the server sent a reply that nothing had asked for';
      this.#socket?.destroy();
      return;
    }
    const ticket = this.#inFlight[this.#head]!;
    this.#head = (this.#head + 1) & (this.#inFlight.length - 1);
    this.#count--;
    if (ticket === noTicket) this.#onGreeting(reply);
    else if (reply === replyError) this.#options.onErrorReply(ticket, this.#reader.errorText);
    else this.#options.onReply(ticket, reply);
  }

  #onGreeting(reply: number): void {
    if (reply === replyError) {
      // The first refusal says why; those of what came behind it say less.
      if (!this.#isRefused) this.abandon(this.#reader.errorText);
      this.#isRefused = true;
      return;
    }
    if (--this.#greetingsLeft > 0) return;
    this.ready = true;
    this.#reconnectMs = reconnectMsFirst;
    this.#opening?.resolve();
    this.#opening = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const ticket of waiting) this.#encodeWaiting(ticket);
    this.flush();
  }

  #onClose(): void {
    this.ready = false;
    this.#socket = undefined;
    if (this.#opening !== undefined) {
      const { host, port } = this.#options;
      const told = this.#isRefused
        ? `${host}:${port} refuses: ${this.#failure}${loginHint(this.#failure)}`
        : this.#options.secure !== undefined && /certificate|SSL|TLS/i.test(this.#failure)
          ? `${host}:${port} is not trusted (${this.#failure}); name the authority of its certificate with --tls-ca FILE`
          : `${host}:${port} does not answer (${this.#failure}); start the store, or name another one with --endpoint HOST:PORT`;
      const isSilent = told.includes('does not answer');
      this.#opening.reject(isSilent ? new NoAnswerError(told) : new Error(told));
      this.#opening = undefined;
      return;
    }
    if (this.#closed) return;
    this.#reconnectTimer = setTimeout(() => this.#connect(), this.#reconnectMs);
    this.#reconnectMs = Math.min(2 * this.#reconnectMs, reconnectMsLast);
    this.#failAll();
  }

  /** What was in flight may have happened or not; what still waited was certainly not sent. */
  #failAll(): void {
    const { context } = this.#options;
    const lost = [];
    while (this.#count > 0) {
      const ticket = this.#inFlight[this.#head]!;
      this.#head = (this.#head + 1) & (this.#inFlight.length - 1);
      this.#count--;
      if (ticket !== noTicket) lost.push(ticket);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    const { host, port } = this.#options;
    const example = `${host}:${port}: ${this.#failure}`;
    context.arrived();
    if (lost.length > 0) {
      const closed = context.failure('connection_closed', false, example);
      for (const ticket of lost) context.complete(ticket, closed);
    }
    if (waiting.length > 0) {
      const refused = context.failure('not_connected', true, example);
      for (const ticket of waiting) context.complete(ticket, refused);
    }
    context.settled();
  }
}
