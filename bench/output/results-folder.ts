// A run's folder, `<base>/<run id>`, and the link `<base>/current` that points at the last one. Everything that
// can be wrong with the place is found by `checkResultsBase`, before anything is started.
import { lstat, mkdir, mkdtemp, rename, rm, rmdir, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { customAlphabet } from 'nanoid';

/** Letters and digits that cannot be mistaken for one another, so that an id can be read out loud. */
export const newRunId = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 12);

export class ResultsFolderError extends Error {
  override readonly name = 'ResultsFolderError';
  readonly exitCode = 3;
}

/** Rejects with ResultsFolderError when no run could be written below `base`. Leaves nothing behind. */
export async function checkResultsBase(base: string): Promise<void> {
  const existing = await nearestExisting(resolve(base));
  if (!(await stat(existing).catch(refuse(base))).isDirectory()) {
    throw new ResultsFolderError(
      `results folder "${base}": ${existing} is a file; name a folder with --results DIR`,
    );
  }
  // Trying is the only test that holds for read-only and special file systems and for an administrator; on some
  // of them, creating several folders at once never returns.
  await rmdir(await mkdtemp(join(existing, '.rkv-')).catch(refuse(base)));
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
    refuse(base)(error);
  }
  return { id, path };
}

function refuse(base: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultsFolderError(
      `results folder "${base}" cannot be written (${reason}); name another one with --results DIR`,
    );
  };
}

/** A link counts as what it is: one that leads nowhere exists and is found to be no folder. */
async function nearestExisting(path: string): Promise<string> {
  const found = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  return found || dirname(path) === path ? path : nearestExisting(dirname(path));
}
