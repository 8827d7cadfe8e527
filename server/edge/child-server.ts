/**
 * One forked server process, as its launcher sees it: what it reported, what it last wrote to standard error,
 * and how it ends. SIGTERM first; SIGKILL when it has not ended within a deadline.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ServerError } from '../server-error.js';
import {
  type LauncherMessage,
  type ProcessOptions,
  type ServerMessage,
  serverMessageSchema,
} from './server-messages.js';

/** Lines of standard error that are kept, to say why a process died. */
const errorLinesMax = 20;
/** A process that was told to end and has not within this time is killed. */
const stopTimeoutMs = 3000;

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its standard error. */
  readonly errorLines: readonly string[];
}

export class ChildServer {
  readonly name: string;
  readonly host: string;
  readonly #process: ChildProcess;
  readonly #onLog: (line: string) => void;
  readonly #errorLines: string[] = [];
  readonly #exit: Promise<ChildExit>;
  #rest = '';
  #hasExited = false;
  #onMessage: ((message: ServerMessage) => void) | undefined;
  #waiting: ServerMessage[] = [];

  /** `onLog` gets each line that the process writes to standard error. */
  constructor(options: ProcessOptions, secret: string, onLog: (line: string) => void = () => {}) {
    this.name = options.name;
    this.host = options.host;
    this.#onLog = onLog;
    const entry = fileURLToPath(new URL('../server-process.js', import.meta.url));
    this.#process = fork(entry, [JSON.stringify(options)], {
      // The loaders, debuggers and profilers of the launcher are not for its servers.
      execArgv: [],
      // Not an argument: those are in every list of processes.
      env: { ...withoutNodeOptions(process.env), RKV_CLUSTER_SECRET: secret },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#noteErrors(text));
    this.#process.on('message', (message) => this.#receive(serverMessageSchema.parse(message)));
    this.#exit = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#hasExited = true;
        resolve({ code, signal, errorLines: this.#lastErrors() });
      };
      // After 'close' standard error has been read to its end.
      this.#process.once('close', end);
      this.#process.once('error', (error) => {
        this.#errorLines.push(error.message);
        if (this.#process.pid === undefined) end(null, null);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  get exited(): Promise<ChildExit> {
    return this.#exit;
  }

  tell(message: LauncherMessage): void {
    if (this.#process.connected) this.#process.send(message);
  }

  /** The next report of a kind; rejects with a ServerError if the process fails, dies or takes too long. */
  async report<K extends ServerMessage['kind']>(
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<ServerMessage, { kind: K }>> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ServerError('not-ready', `${this.name} was not ${kind} within ${timeoutMs} ms.`)),
        timeoutMs,
      );
    });
    try {
      const message = await Promise.race([this.#next(), this.#death(), timeout]);
      if (message.kind === 'failed') throw new ServerError('process-died', message.message);
      if (message.kind !== kind)
        throw new ServerError('process-died', `${this.name} reported ${message.kind} instead of ${kind}.`);
      return message as Extract<ServerMessage, { kind: K }>;
    } finally {
      clearTimeout(timer);
      this.#onMessage = undefined;
    }
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) this.#process.kill(signal);
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    if (this.#hasExited) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), stopTimeoutMs);
    // A process that was stopped with SIGSTOP sees SIGTERM only when it goes on.
    this.#process.kill('SIGCONT');
    await this.#exit;
    clearTimeout(timer);
  }

  #next(): Promise<ServerMessage> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.shift();
      if (waiting !== undefined) resolve(waiting);
      else this.#onMessage = resolve;
    });
  }

  async #death(): Promise<never> {
    const { code, signal, errorLines } = await this.#exit;
    const how = signal === null ? `exit code ${code}` : signal;
    const told = errorLines.length === 0 ? '' : ` Its last words were:\n${errorLines.join('\n')}`;
    throw new ServerError('process-died', `${this.name} ended with ${how}.${told}`);
  }

  #receive(message: ServerMessage): void {
    const onMessage = this.#onMessage;
    this.#onMessage = undefined;
    if (onMessage === undefined) this.#waiting.push(message);
    else onMessage(message);
  }

  #noteErrors(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLog(line);
    this.#errorLines.push(...lines);
    this.#errorLines.splice(0, Math.max(0, this.#errorLines.length - errorLinesMax));
  }

  #lastErrors(): string[] {
    return [...this.#errorLines, this.#rest].filter((line) => line !== '');
  }
}

function withoutNodeOptions({ NODE_OPTIONS: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return environment;
}
