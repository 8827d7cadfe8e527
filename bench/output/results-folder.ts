// A run's folder, `<base>/<run id>`, and the link `<base>/current` that points at the last one. Everything that
// can be wrong with the place is found by `checkResultsBase`, before anything is started.
import { constants } from 'node:fs';
import { access, lstat, mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { customAlphabet } from 'nanoid';

/** Letters and digits that cannot be mistaken for one another, so that an id can be read out loud. */
const newRunId = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 12);

export class ResultsFolderError extends Error {
  override readonly name = 'ResultsFolderError';
  readonly exitCode = 3;
}

/** Rejects with ResultsFolderError when no run could be written below `base`. Creates nothing. */
export async function checkResultsBase(base: string): Promise<void> {
  const existing = await nearestExisting(resolve(base));
  if (!(await stat(existing)).isDirectory()) {
    throw new ResultsFolderError(
      `results folder "${base}": ${existing} is a file; name a folder with --results DIR`,
    );
  }
  await access(existing, constants.W_OK | constants.X_OK).catch(() => {
    throw new ResultsFolderError(
      `results folder "${base}" cannot be written; name another one with --results DIR`,
    );
  });
  const current = join(base, 'current');
  const entry = await lstat(current).catch(() => undefined);
  if (entry !== undefined && !entry.isSymbolicLink()) {
    throw new ResultsFolderError(
      `${current} is not a link, so it is not replaced; move it away or use --results DIR`,
    );
  }
}

/** Creates a run's folder and points `current` at it. */
export async function createResultsFolder(base: string): Promise<{ id: string; path: string }> {
  const id = newRunId();
  const path = join(base, id);
  try {
    await mkdir(base, { recursive: true });
    await mkdir(path);
    // A link cannot be changed in place; renaming one over the other is the same for whoever looks.
    const link = join(base, `.current-${id}`);
    await symlink(id, link);
    await rename(link, join(base, 'current')).catch(async (error) => {
      await rm(link, { force: true });
      throw error;
    });
  } catch (error) {
    throw new ResultsFolderError(`results folder "${base}" cannot be written (${(error as Error).message})`);
  }
  return { id, path };
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  return found || dirname(path) === path ? path : nearestExisting(dirname(path));
}
