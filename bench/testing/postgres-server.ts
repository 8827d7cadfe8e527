// A real PostgreSQL in a temporary folder, run as the user of the Debian package where the tests are root's.
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../perf/free-port.js';
import { until } from './run-rkv.js';
import { startStore, type TestStore } from './store-process.js';

const programs = findPrograms();

/** Why tests that need PostgreSQL are skipped here, or undefined when they are not. */
export const postgresMissing: string | undefined =
  programs === undefined ? 'postgresql is not installed' : undefined;

export async function startPostgres(): Promise<TestStore> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'rkv-postgres-'));
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const initialized = spawnSync(
    join(programs!, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'],
    { ...owner, cwd: folder, encoding: 'utf8' },
  );
  if (initialized.status !== 0) throw new Error(`initdb failed: ${initialized.stderr}`);
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const store = await startStore(port, join(programs!, 'postgres'), flags, {
    ...owner,
    cwd: folder,
    // SIGTERM would wait until every client has gone.
    endWith: 'SIGINT',
  });
  // It listens before it answers.
  const isReady = () =>
    spawnSync(join(programs!, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status === 0;
  await until('PostgreSQL to answer', isReady).catch(async (error: unknown) => {
    await store.stop();
    throw error;
  });
  return {
    port,
    stop: async () => {
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const newest = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0]
    : undefined;
  if (newest !== undefined) return join(versions, newest, 'bin');
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
}
