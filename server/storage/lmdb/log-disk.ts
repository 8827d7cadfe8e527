/**
 * The two files of the log on a real disk. Errors come back as Node's own, with their `code`; what they mean
 * is for the log to say. Tests put another disk in its place.
 *
 * A file grows by a mebibyte of zeros at a time: a flush of bytes within a file need not wait for the file
 * system's journal, and one that makes the file longer must. (etcd does the same with its log.)
 */
import { close, constants, fdatasync, fstatSync, ftruncate, openSync, writev } from 'node:fs';
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

const growBytes = 2 ** 20;
const noughts = Buffer.alloc(growBytes);

/** Opens or creates the files. `writesThrough`: every write is durable when it is done, in one system call. */
export function openLogDisk(directory: string, options: { writesThrough: boolean }): LogDisk {
  const paths = Array.from({ length: logFiles }, (_, file) => join(directory, `log-${file}`));
  const flags = constants.O_RDWR | constants.O_CREAT | (options.writesThrough ? constants.O_DSYNC : 0);
  const descriptors = paths.map((path) => openSync(path, flags, 0o600));
  /** How long the files are. */
  const sizes = descriptors.map((descriptor) => fstatSync(descriptor).size);
  return {
    write(file, buffers, offset, done) {
      const end = offset + buffers.reduce((sum, { length }) => sum + length, 0);
      const descriptor = descriptors[file]!;
      if (end <= sizes[file]!) {
        writeAll(descriptor, buffers, offset, done);
        return;
      }
      const zeros = noughts.subarray(0, growBytes - (end % growBytes));
      writeAll(descriptor, [...buffers, zeros], offset, (error) => {
        if (error === undefined) sizes[file] = end + zeros.length;
        // No room for the zeros is no reason to refuse what there may be room for.
        if (error !== undefined && isDiskFull(error)) writeAll(descriptor, buffers, offset, done);
        else done(error);
      });
    },
    flush: (file, done) => fdatasync(descriptors[file]!, (error) => done(error ?? undefined)),
    truncate(file, bytes, done) {
      sizes[file] = bytes;
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

/** Whether the error says that there is no room, and may be again. */
export function isDiskFull(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
