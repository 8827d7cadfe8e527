/**
 * The two files of the log on a real disk. Errors come back as Node's own, with their `code`; what they mean
 * is for the log to say. Tests put another disk in its place.
 */
import { close, constants, fdatasync, ftruncate, openSync, writev } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type DiskDone = (error?: NodeJS.ErrnoException) => void;

export interface LogDisk {
  /** Writes the bytes to a file at an offset; with `writesThrough`, done means durable. */
  write(file: number, buffers: readonly Buffer[], offset: number, done: DiskDone): void;
  /** Makes durable all that was written to a file. */
  flush(file: number, done: DiskDone): void;
  /** Cuts a file off at an offset, durably. */
  truncate(file: number, bytes: number, done: DiskDone): void;
  /** What a file holds. */
  read(file: number): Promise<Buffer>;
  close(done: DiskDone): void;
}

/** The log takes turns between this many files. */
export const logFiles = 2;

/** Opens or creates the files. `writesThrough`: every write is durable when it is done, in one system call. */
export function openLogDisk(directory: string, options: { writesThrough: boolean }): LogDisk {
  const paths = Array.from({ length: logFiles }, (_, file) => join(directory, `log-${file}`));
  const flags = constants.O_RDWR | constants.O_CREAT | (options.writesThrough ? constants.O_DSYNC : 0);
  const descriptors = paths.map((path) => openSync(path, flags, 0o600));
  return {
    write: (file, buffers, offset, done) => writeAll(descriptors[file]!, buffers, offset, done),
    flush: (file, done) => fdatasync(descriptors[file]!, (error) => done(error ?? undefined)),
    truncate(file, bytes, done) {
      ftruncate(descriptors[file]!, bytes, (error) => {
        if (error) done(error);
        else fdatasync(descriptors[file]!, (error) => done(error ?? undefined));
      });
    },
    read: (file) => readFile(paths[file]!),
    close(done) {
      let open = descriptors.length;
      for (const descriptor of descriptors) {
        close(descriptor, () => {
          open--;
          if (open === 0) done();
        });
      }
    },
  };
}

/** A write may be cut short by a signal or a disk that is nearly full: the rest follows, or says why not. */
function writeAll(descriptor: number, buffers: readonly Buffer[], offset: number, done: DiskDone): void {
  writev(descriptor, buffers as Buffer[], offset, (error, written) => {
    if (error) {
      done(error);
      return;
    }
    const rest = [...buffers];
    let left = written;
    while (rest.length > 0 && left >= rest[0]!.length) left -= rest.shift()!.length;
    if (rest.length === 0) {
      done();
      return;
    }
    rest[0] = rest[0]!.subarray(left);
    writeAll(descriptor, rest, offset + written, done);
  });
}
