// One connection to memcached that speaks its text protocol, one command at a time. An answer ends as its first line
// says: VALUE is followed by as many bytes and END, everything else is a line.
import { connect, type Socket } from 'node:net';

export type MemcachedAnswer =
  /** The first line of an answer without a value, for example STORED, END or NOT_FOUND. */
  | { kind: 'line'; line: string }
  | { kind: 'value'; value: Buffer }
  /** No answer; `sent` says whether the command may have reached the server. */
  | { kind: 'lost'; sent: boolean; message: string };

const lineEnd = Buffer.from('\r\n');
const valueEnd = 'END\r\n'.length;
/** A first line is shorter; anything longer is another protocol. */
const lineBytesMax = 2048;

export class MemcachedConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | undefined;
  /** Chunks of the answer so far. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** How many bytes the answer has; undefined until its first line is there. */
  #needed: number | undefined;
  #settle: ((answer: MemcachedAnswer) => void) | undefined;

  constructor(host: string, port: number, timeoutMs: number) {
    this.#host = host;
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a command and waits for its answer, connecting first when there is no connection. */
  async send(command: readonly Buffer[]): Promise<MemcachedAnswer> {
    try {
      this.#socket ??= await this.#connect();
    } catch (error) {
      return { kind: 'lost', sent: false, message: (error as Error).message };
    }
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#socket!.write(command.length === 1 ? command[0]! : Buffer.concat(command));
    });
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
      const timer = setTimeout(
        () => socket.destroy(new Error(`no connection within ${this.#timeoutMs} ms`)),
        this.#timeoutMs,
      );
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(socket);
      });
      socket.on('data', (chunk) => this.#read(chunk));
      let reason = 'the connection was closed by the server';
      socket.on('error', ({ message }) => {
        reason = message;
      });
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error(reason));
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        this.#answer({ kind: 'lost', sent: true, message: reason });
      });
    });
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#needed ??= this.#neededFor();
    if (this.#needed === undefined || this.#bytes < this.#needed) return;
    const first = this.#chunks[0]!;
    const line = first.toString('latin1', 0, first.indexOf(lineEnd));
    this.#answer(
      line.startsWith('VALUE ') ? { kind: 'value', value: this.#value(line) } : { kind: 'line', line },
    );
  }

  /** The bytes between the first line and the end of the answer. */
  #value(line: string): Buffer {
    const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    return whole.subarray(line.length + lineEnd.length, this.#needed! - lineEnd.length - valueEnd);
  }

  /** The size of the answer, once its first line is there. */
  #neededFor(): number | undefined {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const first = this.#chunks[0]!;
    const end = first.indexOf(lineEnd);
    if (end < 0) {
      if (first.length > lineBytesMax) this.#socket?.destroy(new Error('this is not memcached’s protocol'));
      return undefined;
    }
    const value = /^VALUE \S+ \d+ (\d+)/.exec(first.toString('latin1', 0, end));
    if (value === null) return end + lineEnd.length;
    return end + lineEnd.length + Number(value[1]) + lineEnd.length + valueEnd;
  }

  #answer(answer: MemcachedAnswer): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#chunks = [];
    this.#bytes = 0;
    this.#needed = undefined;
    settle?.(answer);
  }
}
