// A side of a comparison from disk: a run folder, or a folder of run folders.
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readResults } from '../../results/read-run.js';
import type { Results } from '../../results/schema.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { type RunWindow, readWindows } from './run-windows.js';

export interface SideOnDisk {
  readonly label: string;
  readonly runs: readonly Results[];
  /** Of the first run, by operation. */
  windows(): Promise<ReadonlyMap<string, readonly RunWindow[]>>;
}

const resultsFile = 'results.json';

/** Runs in the order in which they were started. Rejects with a ConfigurationError where there is none. */
export async function readSide(folder: string): Promise<SideOnDisk> {
  const folders = await runFolders(folder);
  const runs = await Promise.all(
    folders.map(async (path) => ({ path, results: await readResults(join(path, resultsFile)) })),
  );
  runs.sort((a, b) => a.results.run.startedAt.localeCompare(b.results.run.startedAt));
  return {
    label: basename(resolve(folder)),
    runs: runs.map(({ results }) => results),
    windows: () => readWindows(runs[0]!.path),
  };
}

async function runFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === resultsFile)) return [folder];
  const folders: string[] = [];
  // Links are left out: `current` points at a run that is there as itself.
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const path = join(folder, entry.name);
    if ((await readdir(path)).includes(resultsFile)) folders.push(path);
  }
  if (folders.length > 0) return folders;
  const message = `"${folder}" is neither a run folder, which holds ${resultsFile}, nor a folder of such folders`;
  throw new ConfigurationError([{ path: 'compare', message }]);
}
