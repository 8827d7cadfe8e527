/**
 * A disk that can lose its power: an ext4 file system in an image file, mounted through a loop device. What the
 * file system was made to flush is in the image, and what it still holds in memory is not: so a copy of the image
 * is what a machine would find after its power went. (A killed process alone finds no missing flush: its writes
 * are in the operating system's memory, which lives on.)
 *
 * The file system commits by itself only every five minutes, so that nothing but the server's own flushes gets
 * anything into the image, and nothing changes the image while it is copied, when the server is dead.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const imageBytes = 256 * 2 ** 20;

/** Why there can be no such disk here; undefined if there can. */
export function loopDiskMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount a loop device';
  try {
    const disk = new LoopDisk(8 * 2 ** 20);
    try {
      disk.mount();
    } finally {
      disk.remove();
    }
    return undefined;
  } catch (error) {
    return `no loop device can be mounted (${String((error as Error).message)
      .split('\n')
      .slice(0, 2)
      .join(' ')})`;
  }
}

export class LoopDisk {
  /** Where the file system is, while it is mounted. */
  readonly path: string;
  readonly #folder: string;
  readonly #image: string;
  #isMounted = false;

  constructor(bytes = imageBytes) {
    this.#folder = mkdtempSync(join(tmpdir(), 'rkv-loop-disk-'));
    this.#image = join(this.#folder, 'image');
    this.path = join(this.#folder, 'mounted');
    mkdirSync(this.path);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, bytes);
    // No background work after mounting: it would write to the image, too.
    run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.#image]);
  }

  mount(): void {
    run('mount', ['-o', 'loop,commit=300', this.#image, this.path]);
    this.#isMounted = true;
  }

  /**
   * The power goes, and comes back: what is not in the image is lost. Nobody may be writing. Not mounted
   * afterwards.
   */
  losePower(): void {
    const copy = join(this.#folder, 'copy');
    run('cp', ['--sparse=always', this.#image, copy]);
    this.unmount();
    renameSync(copy, this.#image);
  }

  unmount(): void {
    if (!this.#isMounted) return;
    run('umount', [this.path]);
    this.#isMounted = false;
  }

  remove(): void {
    // Lazily, should somebody still hold it: an error here would hide the one that led here.
    if (this.#isMounted) spawnSync('umount', ['-l', this.path]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
