/**
 * The folder of the ring files in a data directory: a file is written beside its place, made durable, and put
 * there in one step; then the folder is made durable, without which a crash could undo the step.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RingDisk } from '../membership/index.js';

export function ringDirectory(dataDirectory: string): RingDisk {
  const folder = join(dataDirectory, 'ring');
  const isNew = mkdirSync(folder, { recursive: true }) !== undefined;
  if (isNew) syncFolder(dataDirectory);
  return {
    list: () => readdirSync(folder),
    read: (name) => readFileSync(join(folder, name)),
    write: (name, bytes) => {
      const beside = join(folder, `${name}.tmp`);
      const file = openSync(beside, 'w', 0o600);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(beside, join(folder, name));
      syncFolder(folder);
    },
    remove: (name) => rmSync(join(folder, name), { force: true }),
  };
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
