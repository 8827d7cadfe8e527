/**
 * The table: one LMDB environment with the records of all partitions, in the order of their table keys. Every
 * transaction is flushed before it counts, so the table is never broken by a lost power; it is only behind the
 * log. It has one writer, and its callers await each transaction before the next.
 */
import type { RootDatabase } from 'lmdb';
import { StorageError } from '../storage-error.js';
import { isDiskFull } from './log-disk.js';

export interface TableWrite {
  key: Buffer;
  /** The record, or undefined to remove it. Must not change before the transaction is done. */
  record: Buffer | undefined;
}

export interface TableEntry {
  key: Buffer;
  value: Buffer;
}

const mapFullCode = -30792;
const damageCodes = new Set<unknown>([-30797, -30796, -30793, -30794]);

export class RecordTable {
  readonly #database: RootDatabase<Buffer, Buffer>;

  /** `mapBytesMax` is address space, and the most that the file may grow to. */
  static async open(path: string, mapBytesMax: number): Promise<RecordTable> {
    // Only now: every verb of the command line would load the engine otherwise, and hold its memory.
    const { open } = await import('lmdb');
    const database = open<Buffer, Buffer>({
      path,
      noSubdir: true,
      encoding: 'binary',
      keyEncoding: 'binary',
      mapSize: mapBytesMax,
      maxDbs: 1,
      // A commit that overlaps with the flush of the one before would be faster, and done before it is durable.
      overlappingSync: false,
    });
    return new RecordTable(database);
  }

  private constructor(database: RootDatabase<Buffer, Buffer>) {
    this.#database = database;
  }

  /** The record of a table key, in a buffer that the next call uses again, or undefined; see also `lastBytes`. */
  get(key: Buffer): Buffer | undefined {
    try {
      return this.#database.getBinaryFast(key);
    } catch (cause) {
      throw readError(cause);
    }
  }

  /** The size of the record that the last get found: its buffer is larger. */
  get lastBytes(): number {
    return (this.#database as unknown as { lastSize: number }).lastSize;
  }

  /** Records with keys in [start, end), in order, as they are now. */
  *range(start: Buffer, end: Buffer): Generator<TableEntry> {
    try {
      yield* this.#database.getRange({ start, end }) as Iterable<TableEntry>;
    } catch (cause) {
      throw cause instanceof StorageError ? cause : readError(cause);
    }
  }

  /** One transaction, durable and visible when the promise is kept. Rejects with a StorageError, having done nothing. */
  async commit(writes: readonly TableWrite[]): Promise<void> {
    // All in one turn: that makes them one transaction.
    let committed: Promise<boolean> | undefined;
    for (const { key, record } of writes) {
      committed = record === undefined ? this.#database.remove(key) : this.#database.put(key, record);
    }
    try {
      await committed;
      this.#database.resetReadTxn();
    } catch (error) {
      throw writeError(await innermost(error));
    }
  }

  /** As `commit`, on the calling thread, for what a store does before it is open. */
  commitSync(run: (put: (write: TableWrite) => void) => void): void {
    try {
      this.#database.transactionSync(() => {
        run(({ key, record }) => {
          if (record === undefined) this.#database.removeSync(key);
          else this.#database.putSync(key, record);
        });
      });
    } catch (cause) {
      throw cause instanceof StorageError ? cause : writeError(cause);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

/** LMDB's binding rejects with an error that holds a promise of the real one. */
async function innermost(error: unknown): Promise<unknown> {
  const inner = (error as { commitError?: Promise<never> }).commitError;
  if (inner === undefined) return error;
  try {
    return await inner;
  } catch (cause) {
    return cause;
  }
}

function readError(cause: unknown): StorageError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const isDamage = damageCodes.has((cause as { code?: unknown }).code);
  return new StorageError(isDamage ? 'corrupt' : 'storage-failed', `The table cannot be read: ${text}.`, {
    definite: true,
    cause,
  });
}

function writeError(cause: unknown): StorageError {
  const code = (cause as { code?: unknown }).code;
  const text = cause instanceof Error ? cause.message : String(cause);
  const isFull = code === mapFullCode || code === 28 || (cause instanceof Error && isDiskFull(cause));
  return new StorageError(
    isFull ? 'storage-full' : 'storage-failed',
    `The table cannot be written: ${text}.`,
    {
      definite: isFull,
      cause,
    },
  );
}
