/** What is wrong with a data directory, in a sentence, when the operating system or the table has refused it. */
import { StorageError } from '../storage-error.js';
import { isDiskFull } from './log-disk.js';

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'may not be read and written by this user',
  EPERM: 'may not be read and written by this user',
  EROFS: 'is on a file system that is mounted read-only',
  ENOTDIR: 'cannot be made: a part of its path is a file',
  EEXIST: 'cannot be made: there is a file of that name',
};

export function directoryError(directory: string, cause: unknown): StorageError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (isDiskFull(error) || / no space left /i.test(` ${error.message} `)) {
    return new StorageError(
      'storage-full',
      `The data directory ${directory} cannot be opened: its disk is full. Make room, or name another directory.`,
      { definite: true, cause },
    );
  }
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const what = sentences[code] ?? `cannot be used (${error.message})`;
  return new StorageError('unusable', `The data directory ${directory} ${what}.`, { definite: true, cause });
}

/** The directory is in order, and of somebody else. */
export function foreignStore(directory: string, text: string): StorageError {
  const advice = 'name the directory of this node, or an empty one';
  return new StorageError('foreign-store', `The data directory ${directory} ${text}: ${advice}.`, {
    definite: true,
  });
}
