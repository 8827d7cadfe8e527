/**
 * Keeps two processes from opening one store. The lock is a socket without a file (Linux' abstract namespace),
 * named after the directory's inode: it goes with the process, however that ends, so there is never a stale
 * lock to remove. Other systems have none, and there the lock does nothing; nor does it see a process in
 * another network namespace, as in a second container on the same volume.
 */
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { StorageError } from '../storage-error.js';

/** Takes the lock and resolves to what gives it back; rejects with `in-use`. */
export async function lockDirectory(directory: string): Promise<() => void> {
  if (process.platform !== 'linux') return () => undefined;
  const { dev, ino } = statSync(directory, { bigint: true });
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      const text = isTaken
        ? `The data directory ${directory} is in use by another process.`
        : `The data directory ${directory} cannot be locked: ${cause.message}.`;
      reject(new StorageError(isTaken ? 'in-use' : 'storage-failed', text, { definite: true, cause }));
    });
    server.listen(`\0rkv-store-${dev}-${ino}`, resolve);
  });
  server.unref();
  return () => void server.close();
}
