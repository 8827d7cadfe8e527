// How long a cluster takes from the first join to having settled: members, owners and nothing left to hand over.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CannotMeasureError, type Figure } from './figure.js';
import { startRkvServer } from './processes.js';

const run = promisify(execFile);
const names = ['first@127.0.0.1', 'second@127.0.0.1', 'third@127.0.0.1'];
const pollMs = 20;
const limitMs = 60_000;

/** Three empty nodes on a ring of 64; the original takes a minute or more. */
export const joinToSettled: Figure = {
  id: 'join-settled',
  title: 'three empty nodes, ring of 64: from the first join, with plan and commit, to settled at each',
  target: { kind: 'at most', value: 3 },
  unit: 's',
  prepare: async () => ({
    once: async () => {
      const servers = await Promise.all(names.map((name) => startRkvServer(['--ring-size', '64'], name)));
      try {
        const [first, ...others] = servers;
        const startedMs = performance.now();
        for (const { port } of others) await ask(port, 'RKV.JOIN', `127.0.0.1:${first!.port}`);
        await ask(first!.port, 'RKV.PLAN');
        await ask(first!.port, 'RKV.COMMIT');
        while (!(await Promise.all(servers.map(({ port }) => isSettled(port)))).every(Boolean)) {
          if (performance.now() - startedMs > limitMs)
            throw new CannotMeasureError(`the cluster has not settled within ${limitMs} ms`);
          await new Promise((resolve) => setTimeout(resolve, pollMs));
        }
        return { value: (performance.now() - startedMs) / 1000, detail: 'redis-cli calls included' };
      } finally {
        await Promise.all(servers.map((server) => server.close()));
      }
    },
    close: async () => {},
  }),
};

async function isSettled(port: number): Promise<boolean> {
  const members = await ask(port, 'RKV.MEMBER-STATUS');
  return members.includes('Valid:3 /') && members.split('  --  ').length === names.length + 1;
}

async function ask(port: number, ...words: string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-e', '-p', String(port), ...words]).catch((error: Error) => {
    throw new CannotMeasureError(`${words[0]} failed: ${error.message}`);
  });
  return stdout;
}
