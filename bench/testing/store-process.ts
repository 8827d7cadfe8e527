// A real store for end-to-end tests, started on a free loopback port and ended by the test that started it.
import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from './run-rkv.js';

export interface TestStore {
  port: number;
  stop(): Promise<void>;
}

/** A store that is a process of its own. */
export interface StoreProcess extends TestStore {
  signal(name: NodeJS.Signals): void;
}

/** Why tests that need this program are skipped here, or undefined when they are not. */
export function missingProgram(program: string, versionFlag: string): string | undefined {
  return spawnSync(program, [versionFlag]).status === 0 ? undefined : `${program} is not installed`;
}

/** Starts a program and waits until something listens on the port. */
export async function startStore(
  port: number,
  program: string,
  args: readonly string[],
  { endWith = 'SIGTERM', ...options }: SpawnOptions & { endWith?: NodeJS.Signals } = {},
): Promise<StoreProcess> {
  const child = spawn(program, args, { stdio: 'ignore', ...options });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    // A process that stands still does not end.
    child.kill('SIGCONT');
    child.kill(endWith);
    await exited;
  };
  let isListening = false;
  const probe = setInterval(() => {
    const socket = connect(port, '127.0.0.1', () => {
      isListening = true;
      socket.destroy();
    });
    socket.on('error', () => {});
  }, 50);
  try {
    await until(`${program} to listen`, () => isListening || child.exitCode !== null);
    if (!isListening) throw new Error(`${program} ended with the code ${child.exitCode}`);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearInterval(probe);
  }
  return { port, signal: (name) => void child.kill(name), stop };
}
