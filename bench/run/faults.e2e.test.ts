// Runs with faults as their users meet them, on real processes: what is done, what is told of it, and that nothing of it
// is left, however the run ends.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultColumns, type Results, resultsSchema } from '../../results/schema.js';
import { isAlive, runRkv, startRkv, until, withFolder } from '../testing/run-rkv.js';
import { ownNetworkMissing } from './own-network.js';

const quiet = ['--no-charts', '--quiet'];
const load = [
  '--workers',
  '4',
  '--key-generator',
  'uniform_int:1000',
  '--timeout',
  '2s',
  '--ring-size',
  '16',
];
const limitMs = 180_000;

async function resultsIn(folder: string): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(join(folder, 'current', 'results.json'), 'utf8')));
}

async function bench(folder: string, args: readonly string[]) {
  const ended = await runRkv(['bench', 'run', ...quiet, ...args, '--results', folder]);
  expect(ended.stderr).toBe('');
  return { ...ended, results: await resultsIn(folder) };
}

describe('faults on the bundled cluster', () => {
  test(
    'stop, kill and start servers again at their times, and are told in every file',
    async () => {
      await withFolder(async (folder) => {
        const faults = [
          '--fault',
          '1s pause node2 500ms',
          '--fault',
          '3s kill node3 500ms',
          '--fault',
          '4s restart 1',
        ];
        const { code, stdout, results } = await bench(folder, [...load, ...faults, '--duration', '7s']);
        expect(code).toBe(0);
        const told = results.faults!;
        expect(told.map(({ kind, target, message }) => [kind, target, message])).toEqual([
          ['pause', ['node2'], null],
          ['kill', ['node3'], null],
          ['restart', ['node1'], null],
        ]);
        // On a machine with much else to do the run may end before the last of them are over.
        for (const { state } of told) expect(['done', 'cut-short']).toContain(state);
        const [pause] = told;
        expect(pause!.toSeconds! - pause!.fromSeconds).toBeGreaterThan(0);
        expect(told.every(({ effect }) => effect !== null)).toBe(true);
        // They were meant to end.
        expect(results.verdict.reasons.join()).not.toContain('lost in the middle');
        const shaded = results.annotations.filter(({ kind }) => kind === 'fault');
        expect(shaded.map(({ label }) => label)).toEqual([
          'pause node2 500ms',
          'kill node3 500ms',
          'restart node1',
        ]);
        const csv = (await readFile(join(folder, 'current', 'faults.csv'), 'utf8')).split('\n');
        expect(csv[0]).toBe(faultColumns.join(','));
        expect(csv[1]).toMatch(/^pause node2 500ms,pause,node2,(done|cut-short),\d+\.\d{3},/);
        expect(stdout).toMatch(/Faults \(back: .*\n {2}\d+\.\d s {2}pause node2 500ms: /);
      });
    },
    limitMs,
  );

  test(
    'let a server join and another leave, with nothing lost',
    async () => {
      await withFolder(async (folder) => {
        const faults = ['--fault', '500ms join', '--fault', '1s leave node2'];
        const verify = ['--verify', 'integrity,no-lost-writes'];
        const { code, results } = await bench(folder, [...load, ...faults, ...verify, '--duration', '12s']);
        expect(results.faults!.map(({ message }) => message)).toEqual([null, null]);
        expect(results.verification!.violations).toMatchObject({ 'lost-write': 0, phantom: 0, corrupt: 0 });
        expect(code).toBe(0);
      });
    },
    limitMs,
  );

  const noNetwork = ownNetworkMissing();
  test.skipIf(noNetwork !== undefined)(
    `part a server from the others ${noNetwork === undefined ? '' : `(skipped: ${noNetwork})`}`,
    async () => {
      await withFolder(async (folder) => {
        const fault = ['--fault', '1s partition node2 3s', '--consistency', 'strict'];
        const { results } = await bench(folder, [...load, ...fault, '--duration', '8s']);
        expect(results.faults).toMatchObject([{ kind: 'partition', message: null }]);
        // Strict, the side of one can serve nobody.
        expect(results.errors.map(({ code }) => code)).toContain('UNAVAILABLE');
        expect(results.total.ok).toBeGreaterThan(0);
      });
    },
    limitMs,
  );

  test(
    'leave no server behind when the load generator is killed while one is paused',
    async () => {
      await withFolder(async (folder) => {
        const args = [...load, '--fault', '200ms pause node1,node2 50s', '--duration', '60s', '--no-charts'];
        const { child, output, ended } = startRkv(['bench', 'run', ...args, '--results', folder]);
        await until('the fault', () => output().stderr.includes('pause node1'), 60_000);
        const servers = await childrenOf(child.pid!);
        expect(servers.length).toBeGreaterThanOrEqual(3);
        child.kill('SIGKILL');
        await ended;
        await until('the servers to end', () => servers.every((pid) => !isAlive(pid)), 60_000);
      });
    },
    limitMs,
  );
});

describe('a command as a fault', () => {
  test(
    'is run at its time, kept with what it printed, and taken back when the run is interrupted',
    async () => {
      await withFolder(async (folder) => {
        const faults = [
          {
            at: '100ms',
            command: ['sh', '-c', `echo broken; echo done > ${folder}/done`],
            undo: ['sh', '-c', `echo mended; echo undone > ${folder}/undone`],
            duration: '50s',
            label: 'a broken cable',
          },
          { at: '150ms', command: ['no-such-program'] },
          { at: '200ms', command: ['sh', '-c', 'sleep 60'], timeout: '100ms' },
        ];
        await writeFile(join(folder, 'a.json'), JSON.stringify({ driver: 'null', duration: '60s', faults }));
        const args = ['--config', 'a.json', '--results', 'out', '--no-charts'];
        const { child, output, ended } = startRkv(['bench', 'run', ...args], folder);
        await until('the last fault to fail', () => output().stderr.includes('was killed'), 60_000);
        child.kill('SIGINT');
        expect((await ended).code).toBe(130);
        expect(await readFile(join(folder, 'undone'), 'utf8')).toBe('undone\n');
        const results = await resultsIn(join(folder, 'out'));
        expect(results.faults!.map(({ label, state }) => [label, state])).toEqual([
          ['a broken cable', 'cut-short'],
          ['no-such-program', 'failed'],
          ['sh -c sleep 60', 'failed'],
        ]);
        expect(results.faults![1]!.message).toContain('there is no program "no-such-program"');
        const kept = await readFile(join(folder, 'out', 'current', results.faults![0]!.output!), 'utf8');
        expect(kept).toMatch(
          /^\$ sh -c echo broken.*\nbroken\n# ended with exit code 0\n\$ sh -c echo mended/,
        );
      });
    },
    limitMs,
  );
});

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}
