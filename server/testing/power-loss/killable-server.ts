/** A real `rkv server` with a data directory, to be killed at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../bin/main.js', import.meta.url));
const startTimeoutMs = 30_000;

export class KillableServer {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  /** Rejects with what the server said if it does not start. */
  static async start(directory: string, durability: string): Promise<KillableServer> {
    const flags = ['--port', '0', '--n', '1', '--data-dir', directory, '--durability', durability];
    const child = spawn(process.execPath, [main, 'server', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    const port = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not start: ${told}`)), startTimeoutMs);
      const note = (text: string) => {
        told += text;
        const [, found] = / serves clients on [^ ]+:(\d+)\n/.exec(told) ?? [];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(Number(found));
      };
      child.stdout.setEncoding('utf8').on('data', note);
      child.stderr.setEncoding('utf8').on('data', note);
      child.once('close', (code) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code}: ${told}`));
      });
    });
    try {
      return new KillableServer(child, await port);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Resolves when nothing of the process is left. */
  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
