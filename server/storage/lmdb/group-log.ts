/**
 * The log: every change goes here first, and group commit happens here. What is put while a group is on its
 * way to the disk forms the next group, so any number of writers share one flush; on a quick disk also what their
 * answers set off (quickWriteMs). The log never reorders, and a group is acknowledged only when all before it are.
 *
 * It takes turns between two files. It may go to the other one as soon as the table has all that is in there;
 * until then it goes on in the same file, which is the longer for it.
 *
 * A full disk is an outcome: the group and the one behind it are undone, and the next one tries again. Any
 * other error is final, since an operating system may report a failed flush once and then forget it.
 */
import assert from 'node:assert/strict';
import { StorageError } from '../storage-error.js';
import type { Durability } from './durability.js';
import type { DiskDone, LogDisk } from './log-disk.js';
import { isDiskFull, logFiles } from './log-disk.js';
import { type ByteRange, groupHeaderBytes, sealGroup } from './log-format.js';

export type SyncDone = (error?: StorageError) => void;

export interface GroupLogOptions {
  disk: LogDisk;
  durability: Durability;
  incarnation: number;
  /** A file this long is left for the other one. Higher means fewer, larger checkpoints, and a longer replay. */
  segmentBytes: number;
  /** Operations of these groups are undone, in this order: those of the failed group come last. */
  onUndone: (firstSequence: number) => void;
  /** A group has been written; at `sync`, it is durable. */
  onWritten: (sequence: number) => void;
  /** The log takes nothing any more. */
  onFailed: (error: StorageError) => void;
}

/** A place in the log: the table has everything before it. */
export interface LogPlace {
  generation: number;
  offset: number;
  sequence: number;
}

interface Group {
  ranges: ByteRange[];
  bytes: number;
  waiting: SyncDone[];
}

const chunkBytes = 256 * 1024;

/**
 * A disk is quick when its writes take less than this. It would be done with a group before many more puts are there:
 * groups would be small, and each costs two wakings of threads. So the next one waits for what the answers of the
 * last set off. A slow disk is to have work while the answers go out. Higher means larger groups and a disk that
 * rests; where both cost the same depends on how many clients there are (0.2 ms with 16, 0.4 ms with 64, by the
 * measured costs of a put and of a group).
 */
const quickWriteMs = 0.3;
/** The weight of the latest write in the mean that says whether a disk is quick. */
const latestWeight = 1 / 8;

export class GroupLog {
  readonly #options: GroupLogOptions;
  #open: Group = newGroup();
  #inFlight: Group | undefined;
  #isScheduled = false;
  #generation = 0;
  #offset = 0;
  /** The last group that was written, and the last one known to be flushed. */
  #writtenSequence = 0;
  #flushedSequence = 0;
  /** The first generation that the table does not have completely. */
  #neededGeneration = 0;
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #chunkEnd = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  #unflushedFiles = new Set<number>();
  #failure: StorageError | undefined;
  /** A group was undone, and nobody was waiting to hear of it. */
  #untold: StorageError | undefined;
  #whenIdle: (() => void)[] = [];
  /** Mean of the last writes; a disk is taken for slow until it has shown that it is not. */
  #writeMs = 2 * quickWriteMs;

  constructor(options: GroupLogOptions) {
    this.#options = options;
  }

  /** Why the log takes nothing any more, if so. */
  get failure(): StorageError | undefined {
    return this.#failure;
  }

  /** The group that takes what is put now. */
  get openSequence(): number {
    return this.#writtenSequence + (this.#inFlight === undefined ? 1 : 2);
  }

  /** Groups up to this one are as durable as the level makes them. */
  get writtenSequence(): number {
    return this.#writtenSequence;
  }

  /** Behind the last group that was written. */
  get place(): LogPlace {
    return { generation: this.#generation, offset: this.#offset, sequence: this.#writtenSequence };
  }

  /**
   * A buffer with room for an operation from `at` on. It is not in the log before `append`, and the next
   * reserve without one gives the same room again.
   */
  reserve(bytes: number): { chunk: Buffer; at: number } {
    assert(this.#failure === undefined);
    const header = this.#open.bytes === 0 ? groupHeaderBytes : 0;
    if (this.#chunk.length - this.#chunkEnd < header + bytes) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, header + bytes));
      this.#chunkEnd = 0;
    }
    return { chunk: this.#chunk, at: this.#chunkEnd + header };
  }

  /** Adds the operation that was written into the reserved room to the open group. */
  append(bytes: number): void {
    const group = this.#open;
    const start = this.#chunkEnd;
    this.#chunkEnd += (group.bytes === 0 ? groupHeaderBytes : 0) + bytes;
    group.bytes += this.#chunkEnd - start;
    const last = group.ranges.at(-1);
    if (last !== undefined && last.bytes === this.#chunk) last.end = this.#chunkEnd;
    else group.ranges.push({ bytes: this.#chunk, start, end: this.#chunkEnd });
    this.#schedule();
  }

  /** Calls back when all that was appended is as durable as the level makes it, or not to become so. */
  sync(done: SyncDone): void {
    if (this.#failure !== undefined) done(this.#failure);
    else if (this.#open.bytes > 0) this.#open.waiting.push(done);
    else if (this.#inFlight !== undefined) this.#inFlight.waiting.push(done);
    else {
      const untold = this.#untold;
      this.#untold = undefined;
      done(untold);
    }
  }

  /** The table now has everything before the place, so that the log need not keep it. */
  release(place: LogPlace): void {
    this.#neededGeneration = place.generation;
  }

  /** Flushes what the level leaves to the operating system. */
  flush(done: SyncDone): void {
    if (this.#failure !== undefined || this.#options.durability.kind === 'sync') {
      done(this.#failure);
      return;
    }
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const sequence = this.#writtenSequence;
    const files = [...this.#unflushedFiles];
    this.#unflushedFiles.clear();
    const flushNext: DiskDone = (error) => {
      if (error !== undefined) this.fail(error);
      const file = files.pop();
      if (file !== undefined && this.#failure === undefined) {
        this.#options.disk.flush(file, flushNext);
        return;
      }
      if (this.#failure === undefined) this.#flushedSequence = Math.max(this.#flushedSequence, sequence);
      done(this.#failure);
    };
    flushNext();
  }

  /** Writes what is open, and calls back when nothing is on its way any more. */
  drain(done: () => void): void {
    this.#startWrite();
    if (this.#inFlight === undefined) done();
    else this.#whenIdle.push(() => this.drain(done));
  }

  close(done: () => void): void {
    clearTimeout(this.#flushTimer);
    this.#failure ??= new StorageError('storage-failed', 'The store is closed.', { definite: true });
    this.#options.disk.close(() => done());
  }

  /** At the end of the turn, so that all requests that came in together go out together; of the next, on a quick disk. */
  #schedule(): void {
    if (this.#isScheduled || this.#inFlight !== undefined) return;
    this.#isScheduled = true;
    const start = (): void => {
      this.#isScheduled = false;
      this.#startWrite();
    };
    setImmediate(() => (this.#isQuick ? setImmediate(start) : start()));
  }

  get #isQuick(): boolean {
    return this.#writeMs < quickWriteMs;
  }

  #startWrite(): void {
    if (this.#inFlight !== undefined || this.#open.bytes === 0 || this.#failure !== undefined) return;
    const group = this.#open;
    this.#open = newGroup();
    this.#inFlight = group;
    if (this.#offset >= this.#options.segmentBytes && this.#neededGeneration >= this.#generation) {
      this.#generation++;
      this.#offset = 0;
    }
    sealGroup(group.ranges, {
      incarnation: this.#options.incarnation,
      generation: this.#generation,
      sequence: this.#writtenSequence + 1,
      flushedSequence: this.#flushedSequence,
    });
    const buffers = group.ranges.map(({ bytes, start, end }) => bytes.subarray(start, end));
    const file = this.#generation % logFiles;
    if (this.#options.durability.kind !== 'sync') this.#unflushedFiles.add(file);
    const startedMs = performance.now();
    this.#options.disk.write(file, buffers, this.#offset, (error) => {
      this.#writeMs += latestWeight * (performance.now() - startedMs - this.#writeMs);
      if (error === undefined) this.#written(group);
      else if (isDiskFull(error)) this.#undo(group, file, error);
      else {
        this.fail(error);
        this.#goOn();
      }
    });
  }

  #written(group: Group): void {
    if (this.#failure !== undefined) {
      this.#goOn();
      return;
    }
    this.#offset += group.bytes;
    this.#writtenSequence++;
    this.#inFlight = undefined;
    const { durability } = this.#options;
    if (durability.kind === 'sync') this.#flushedSequence = this.#writtenSequence;
    if (durability.kind === 'batch' && this.#flushTimer === undefined) {
      this.#flushTimer = setTimeout(() => {
        this.#flushTimer = undefined;
        this.flush(() => undefined);
      }, durability.windowMs);
      this.#flushTimer.unref();
    }
    this.#options.onWritten(this.#writtenSequence);
    if (!this.#isQuick) this.#startWrite();
    const untold = this.#untold;
    if (group.waiting.length > 0) this.#untold = undefined;
    for (const done of group.waiting) done(untold);
    this.#goOn();
  }

  /** Takes a group back that the disk had no room for, and what was put since, which may rest on it. */
  #undo(group: Group, file: number, cause: Error): void {
    // Nothing of it may come back in a replay: then its writers could not be told that it did not happen.
    this.#options.disk.truncate(file, this.#offset, (error) => {
      if (error !== undefined) {
        this.fail(error);
        this.#goOn();
        return;
      }
      const full = new StorageError('storage-full', 'The disk has no room for the log.', {
        definite: true,
        cause,
      });
      const waiting = [...group.waiting, ...this.#open.waiting];
      const firstSequence = this.#writtenSequence + 1;
      this.#inFlight = undefined;
      this.#open = newGroup();
      this.#options.onUndone(firstSequence);
      if (waiting.length === 0)
        this.#untold = new StorageError('storage-full', full.message, { definite: false, cause });
      for (const done of waiting) done(full);
      this.#goOn();
    });
  }

  /** Ends the log for good, as an error of its disk does: everybody who waits hears of it. */
  fail(cause: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = new StorageError(
      'storage-failed',
      `The disk failed (${cause.message}); the store takes no writes until it is opened again.`,
      { definite: false, cause },
    );
    clearTimeout(this.#flushTimer);
    const waiting = [...(this.#inFlight?.waiting ?? []), ...this.#open.waiting];
    this.#open = newGroup();
    this.#options.onFailed(this.#failure);
    for (const done of waiting) done(this.#failure);
    if (this.#inFlight !== undefined) this.#inFlight.waiting = [];
  }

  #goOn(): void {
    if (this.#failure !== undefined) this.#inFlight = undefined;
    if (this.#inFlight === undefined && this.#open.bytes > 0) this.#schedule();
    if (this.#inFlight !== undefined) return;
    for (const idle of this.#whenIdle.splice(0)) idle();
  }
}

function newGroup(): Group {
  return { ranges: [], bytes: 0, waiting: [] };
}
