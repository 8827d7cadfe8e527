/**
 * A place of its own for the nodes of a chaos run: namespaces for network, mounts and processes, made by
 * `unshare` around the run itself. Packets are dropped there and nowhere else, and whatever ends the run, a
 * `kill -9` included, ends its servers, its mounts and its rules with it.
 */
import { spawn, spawnSync } from 'node:child_process';

/** Told to the run inside, so that it does not begin anew. */
const insideVariable = 'RKV_CHAOS_INSIDE';
const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child'];

export const isInside = process.env[insideVariable] === '1';

/** Why there can be no such place here; undefined if there can. */
export function isolationMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make namespaces';
  const probe = spawnSync('unshare', [...flags, 'nft', 'list', 'ruleset'], { encoding: 'utf8' });
  if (probe.error !== undefined) return `unshare cannot be run (${probe.error.message})`;
  if (probe.status !== 0) return `no rules for packets can be made (${probe.stderr.trim().split('\n')[0]})`;
  return undefined;
}

/** Runs this very command again, inside; resolves with its exit code. */
export async function runInside(): Promise<number> {
  const child = spawn(
    'unshare',
    [...flags, process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    {
      stdio: 'inherit',
      env: { ...process.env, [insideVariable]: '1' },
    },
  );
  // The terminal's Ctrl-C reaches the run inside as well: it cleans up, and this process waits for it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const pass = () => child.kill('SIGTERM');
  process.on('SIGTERM', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
    });
  } finally {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', pass);
  }
}
