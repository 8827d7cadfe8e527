// A real Redis for end-to-end tests, on a free loopback port, ended by the test that started it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../perf/free-port.js';
import { until } from './run-rkv.js';

/** Why tests that need Redis are skipped here, or undefined when they are not. */
export const redisMissing: string | undefined =
  spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'redis-server is not installed';

export interface TestRedis {
  port: number;
  /** Stops the process for so long, as a kernel or a hypervisor does that gives it no time. */
  freeze(ms: number): void;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  let isListening = false;
  const probe = setInterval(() => {
    const socket = connect(port, '127.0.0.1', () => {
      isListening = true;
      socket.destroy();
    });
    socket.on('error', () => {});
  }, 25);
  try {
    await until('redis-server to listen', () => isListening);
  } finally {
    clearInterval(probe);
  }
  return {
    port,
    freeze: (ms) => {
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), ms);
    },
    stop: async () => {
      // A process that stands still does not end.
      child.kill('SIGCONT');
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
