/** One real `rkv server` of a chaos run: on its own disk and ports, killed, stopped and started again at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RkvClient } from '../../client/index.js';
import type { ChaosDisk } from './chaos-disk.js';

const main = fileURLToPath(new URL('../../../bin/main.js', import.meta.url));
const startTimeoutMs = 180_000;
const stopTimeoutMs = 30_000;

export interface ChaosNodeOptions {
  readonly number: number;
  readonly clientPort: number;
  readonly linkPort: number;
  readonly disk: ChaosDisk;
  readonly ringSize: number;
  readonly durability: string;
  /** By which its packets are known; undefined to run in ours. */
  readonly group: number | undefined;
  /** Where its log goes; later lives go on in the same file. */
  readonly logFile: string;
}

export class ChaosNode {
  readonly name: string;
  readonly options: ChaosNodeOptions;
  /** It has been stopped with SIGSTOP. */
  isPaused = false;
  /** It is to run: an end now is one that nobody asked for. */
  isWanted = false;
  #process: ChildProcess | undefined;
  readonly #onUnwantedEnd: (node: ChaosNode, how: string) => void;

  constructor(options: ChaosNodeOptions, onUnwantedEnd: (node: ChaosNode, how: string) => void) {
    this.options = options;
    this.name = `node${options.number}@127.0.0.1`;
    this.#onUnwantedEnd = onUnwantedEnd;
  }

  get isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves when it serves clients, or has ended again; it may be killed meanwhile. */
  async start(): Promise<void> {
    const { clientPort, linkPort, disk, ringSize, durability, group, logFile } = this.options;
    const flags = ['--name', this.name, '--port', `${clientPort}`, '--link-port', `${linkPort}`]
      .concat(['--ring-size', `${ringSize}`, '--data-dir', disk.dataDirectory])
      .concat(['--durability', durability]);
    const log = openSync(logFile, 'a');
    try {
      this.#process = spawn(process.execPath, [main, 'server', ...flags], {
        stdio: ['ignore', log, log],
        ...(group === undefined ? {} : { gid: group }),
      });
    } finally {
      closeSync(log);
    }
    const child = this.#process;
    this.isWanted = true;
    child.once('exit', (code, signal) => {
      if (this.#process === child && this.isWanted) this.#onUnwantedEnd(this, signal ?? `exit code ${code}`);
    });
    await this.#untilServing(child);
  }

  /** Connects; the answers of a paused node come when it goes on. */
  connect(timeoutMs: number): Promise<RkvClient> {
    return RkvClient.connect({ host: '127.0.0.1', port: this.options.clientPort, timeoutMs });
  }

  pause(): void {
    this.isPaused = true;
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.isPaused = false;
    this.#process?.kill('SIGCONT');
  }

  /** Resolves when nothing of the process is left. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator stops it; resolves with false if it had to be killed. */
  async terminate(): Promise<boolean> {
    const timer = setTimeout(() => this.#process?.kill('SIGKILL'), stopTimeoutMs);
    const signal = await this.#end('SIGTERM');
    clearTimeout(timer);
    return signal !== 'SIGKILL';
  }

  async #end(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    this.isWanted = false;
    this.isPaused = false;
    const child = this.#process;
    if (child === undefined || !this.isRunning) return null;
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.kill(signal);
    child.kill('SIGCONT');
    return (await ended)[1];
  }

  async #untilServing(child: ChildProcess): Promise<void> {
    const deadlineMs = performance.now() + startTimeoutMs;
    while (this.#process === child && this.isRunning) {
      if (performance.now() > deadlineMs)
        throw new Error(`${this.name} did not serve within ${startTimeoutMs} ms`);
      try {
        const client = await this.connect(1000);
        try {
          await client.send('PING');
          return;
        } finally {
          client.close();
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
