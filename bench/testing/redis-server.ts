// A real Redis for end-to-end tests, on a free loopback port, ended by the test that started it.
import { freePort } from '../perf/free-port.js';
import { missingProgram, startStore, type TestStore } from './store-process.js';

/** Why tests that need Redis are skipped here, or undefined when they are not. */
export const redisMissing: string | undefined = missingProgram('redis-server', '--version');

export interface TestRedis extends TestStore {
  /** Stops the process for so long, as a kernel or a hypervisor does that gives it no time. */
  freeze(ms: number): void;
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  const store = await startStore(port, 'redis-server', args);
  return {
    ...store,
    freeze: (ms) => {
      store.signal('SIGSTOP');
      setTimeout(() => store.signal('SIGCONT'), ms);
    },
  };
}
