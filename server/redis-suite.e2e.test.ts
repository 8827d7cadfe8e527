/** Redis' own test suite against rkv, in each setting, through a node that owns only a part of the keys. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';
import { passingTests, runSuite, suiteMissing } from './testing/redis-suite.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;

describe('the tests of Redis that are listed', () => {
  it('are the 66 that need no other commands', () => {
    expect(new Set(passingTests).size).toBe(66);
  });
});

describe.skipIf(suiteMissing !== undefined)(`Redis' own tests (skipped where ${suiteMissing})`, () => {
  it.each([
    { nodes: 1, n: 1, entry: 0 },
    { nodes: 3, n: 1, entry: 1 },
    { nodes: 3, n: 3, entry: 2 },
  ])(
    'pass on $nodes nodes with n=$n, through node $entry',
    async ({ nodes, n, entry }) => {
      const cluster = await server.startLocalCluster({ nodes, n, ringSize: 16 });
      try {
        const { passed, output } = await runSuite(cluster.members[entry]!.clientPort);
        process.stdout.write(
          `Redis' suite, ${nodes} nodes, n=${n}: ${passed.size} of ${passingTests.length}\n`,
        );
        expect([...passed].sort(), output.slice(-3000)).toEqual([...passingTests].sort());
      } finally {
        await cluster.stop();
      }
    },
    400_000,
  );
});
