/**
 * Redis' own test suite (Tcl, from Debian's source package; .ci/fetch-redis-suite fetches it) against a server
 * that runs: the tests that redis-suite-tests.json names, each by its name. RKV_REDIS_SUITE says where it is.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.RKV_REDIS_SUITE;

/** Why tests that need the suite are skipped here; undefined when they are not. */
export const suiteMissing: string | undefined = missing();

function missing(): string | undefined {
  if (folder === undefined) return 'RKV_REDIS_SUITE does not say where the suite is';
  if (!existsSync(join(folder, 'tests', 'test_helper.tcl'))) return `there is no suite in ${folder}`;
  return spawnSync('tclsh', [], { input: '' }).status === 0 ? undefined : 'tclsh is not installed';
}

type NamesByUnit = Readonly<Record<string, readonly string[]>>;

interface SuiteTests {
  /** Those that pass. */
  readonly passing: NamesByUnit;
  /** Those that leave keys for the ones behind them; whether they pass does not count. */
  readonly before: NamesByUnit;
}

const tests = JSON.parse(
  readFileSync(new URL('./redis-suite-tests.json', import.meta.url), 'utf8'),
) as SuiteTests;

export const passingTests = namesIn(tests.passing);

/** Runs all named tests, and returns the names of those that passed, and what was printed. */
export async function runSuite(port: number): Promise<{ passed: Set<string>; output: string }> {
  const names = [...passingTests, ...namesIn(tests.before)];
  const args = [
    ['--host', '127.0.0.1', '--port', String(port), '--singledb', '--ignore-encoding', '--ignore-digest'],
    ['--clients', '1', '--durable', '--timeout', '300'],
    ['--tags', '-needs:repl -needs:debug -needs:save -needs:config-maxmemory -slow -largemem'],
    ...Object.keys(tests.passing).map((unit) => ['--single', unit]),
    ...names.map((name) => ['--only', name]),
  ].flat();
  const child = spawn('tclsh', ['tests/test_helper.tcl', ...args], {
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  await once(child, 'close');
  const passed = [...output.matchAll(/^\[ok\]: (.*) \(\d+ ms\)$/gm)].map(([, name]) => name!);
  return { passed: new Set(passed.filter((name) => !namesIn(tests.before).includes(name))), output };
}

function namesIn(units: NamesByUnit): string[] {
  return Object.values(units).flat();
}
