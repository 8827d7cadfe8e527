/** Where a node keeps its data: a disk that can lose its power and be filled up, or a plain folder that cannot. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoopDisk } from '../power-loss/loop-disk.js';

export interface ChaosDisk {
  readonly dataDirectory: string;
  /** What was not flushed is lost; its server must have ended. */
  losePower(): void;
  /** Takes all the space that is left, or gives it back. */
  setFull(isFull: boolean): void;
  remove(): void;
}

export function loopChaosDisk(): ChaosDisk {
  const disk = new LoopDisk();
  disk.mount();
  const filler = join(disk.path, 'filler');
  return {
    dataDirectory: join(disk.path, 'data'),
    losePower: () => {
      disk.losePower();
      disk.mount();
    },
    setFull: (isFull) => {
      if (!isFull) {
        rmSync(filler, { force: true });
        return;
      }
      const { bavail, bsize } = statfsSync(disk.path);
      // A few blocks are left over for the file system's own bookkeeping, and gone with the next write.
      const bytes = Math.max(1, bavail - 8) * bsize;
      execFileSync('fallocate', ['-l', `${bytes}`, filler], { stdio: 'ignore' });
    },
    remove: () => disk.remove(),
  };
}

export function folderChaosDisk(): ChaosDisk {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-chaos-data-'));
  const cannot = (): never => {
    throw new Error('a plain folder loses no power and cannot be filled up');
  };
  return {
    dataDirectory: join(folder, 'data'),
    losePower: cannot,
    setFull: cannot,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
