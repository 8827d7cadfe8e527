/**
 * One partition of a durable store. What is in the log and not yet in the table lies above the table as an
 * overlay of pending records, so a get sees a put at once; the checkpoint moves it down from time to time.
 *
 * A record is checked whenever it comes from the table. A corrupt one is an error or, on a walk, left out and
 * reported: it is never served.
 */
import assert from 'node:assert/strict';
import { emptyRecordView, type RecordView, type Storage } from '../storage.js';
import { StorageError } from '../storage-error.js';
import type { GroupLog } from './group-log.js';
import { deleteKind, operationHeaderBytes, putKind, writeOperationHeader } from './log-format.js';
import { addStatistics, noStatistics, type PartitionStatistics } from './partition-statistics.js';
import type { PendingRecord } from './pending-record.js';
import {
  isIntact,
  isLive,
  keyBytesMax,
  keyOf,
  recordBytes,
  tableKeyBytes,
  viewRecord,
  writeRecord,
  writeTableKey,
} from './record-format.js';
import type { RecordTable, TableEntry } from './record-table.js';

/** What a partition needs of the store that it is in. */
export interface StoreParts {
  readonly table: RecordTable;
  readonly log: GroupLog;
  /** Throws a StorageError if an operation of this size cannot be taken now. */
  admit(bytes: number): void;
  /** Takes note of an operation that is in the open group. */
  appended(storage: LmdbStorage, record: PendingRecord): void;
  /** A corrupt record was found on a walk. Its key is as the damage has left it. */
  onCorrupt(position: number, key: Buffer): void;
}

const positionBytes = 2;
/** What the table keeps beside table key and record. */
const tableOverheadBytes = 10;

export class LmdbStorage implements Storage {
  readonly position: number;
  readonly #store: StoreParts;
  readonly #overlay = new Map<string, PendingRecord>();
  /** Written to the log and not yet in the table. */
  #dirty: PendingRecord[] = [];
  readonly #now: PartitionStatistics;
  readonly #inTable: PartitionStatistics;
  readonly #tableKey = Buffer.alloc(tableKeyBytes(keyBytesMax + 1));
  #isVisiting = false;
  /** What the last get found, for the put that mostly follows it. */
  #lastKey: string | undefined;
  readonly #last: PartitionStatistics = noStatistics();

  constructor(position: number, store: StoreParts, statistics: PartitionStatistics) {
    this.position = position;
    this.#store = store;
    this.#now = { ...statistics };
    this.#inTable = { ...statistics };
  }

  get count(): number {
    return this.#now.count;
  }

  get liveCount(): number {
    return this.#now.liveCount;
  }

  get bytesUsed(): number {
    return this.#now.bytesUsed;
  }

  isEmpty(): boolean {
    return this.#now.count === 0;
  }

  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    const mapKey = this.#mapKey(key, keyStart, keyEnd);
    const pending = this.#overlay.get(mapKey);
    if (pending !== undefined) {
      this.#remember(mapKey, !pending.isDelete, pending.isLive, pending.end - pending.keyAt);
      if (pending.isDelete) return false;
      viewRecord(pending.bytes, pending.recordAt, pending.end, out);
      return true;
    }
    const tableKey = this.#writeKey(key, keyStart, keyEnd);
    const found = this.#store.table.get(tableKey);
    if (found === undefined) {
      this.#remember(mapKey, false, false, 0);
      return false;
    }
    // Copied, since the next get uses the buffer again, and a view must last longer.
    const recordAt = tableKey.length;
    const end = recordAt + this.#store.table.lastBytes;
    const copy = Buffer.allocUnsafe(end);
    tableKey.copy(copy);
    copy.set(found.subarray(0, end - recordAt), recordAt);
    this.#remember(mapKey, true, isLive(copy, recordAt), end);
    if (!isIntact(copy, 0, recordAt, end)) {
      throw new StorageError('corrupt', `A record of partition ${this.position} is damaged on the disk.`, {
        definite: true,
      });
    }
    viewRecord(copy, recordAt, end, out);
    return true;
  }

  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    const keyBytes = keyEnd - keyStart;
    const bytes = operationHeaderBytes + tableKeyBytes(keyBytes) + recordBytes(keyBytes, record);
    this.#admit(bytes);
    // Encoded before anything is looked up: the record may be a view into what the lookup changes.
    const { chunk, at } = this.#store.log.reserve(bytes);
    const keyAt = at + operationHeaderBytes;
    const recordAt = writeTableKey(chunk, keyAt, this.position, key, keyStart, keyEnd);
    writeOperationHeader(chunk, at, putKind, recordAt - keyAt, at + bytes - recordAt);
    writeRecord(chunk, keyAt, recordAt, { bytes: key, start: keyStart, end: keyEnd }, record);
    this.#append(this.#mapKey(key, keyStart, keyEnd), chunk, {
      keyAt,
      recordAt,
      end: at + bytes,
      isLive: !record.tombstone,
    });
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): boolean {
    const mapKey = this.#mapKey(key, keyStart, keyEnd);
    this.#lookUp(mapKey);
    if (this.#last.count === 0) return false;
    const bytes = operationHeaderBytes + tableKeyBytes(keyEnd - keyStart);
    this.#admit(bytes);
    const { chunk, at } = this.#store.log.reserve(bytes);
    const keyAt = at + operationHeaderBytes;
    const end = writeTableKey(chunk, keyAt, this.position, key, keyStart, keyEnd);
    writeOperationHeader(chunk, at, deleteKind, end - keyAt, 0);
    this.#append(mapKey, chunk, { keyAt, recordAt: end, end, isLive: false });
    return true;
  }

  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A {
    const view = emptyRecordView();
    let accumulator = initial;
    this.#visiting(() => {
      for (const entry of this.#tableFrom(undefined)) {
        if (this.#overlay.has(entry.key.toString('latin1', positionBytes))) continue;
        const key = this.#viewEntry(entry, view);
        if (key !== undefined) accumulator = visit(accumulator, key, view);
      }
      for (const pending of this.#overlay.values()) {
        if (pending.isDelete) continue;
        viewRecord(pending.bytes, pending.recordAt, pending.end, view);
        accumulator = visit(accumulator, keyOf(pending.bytes, pending.keyAt, pending.recordAt), view);
      }
    });
    return accumulator;
  }

  /** In the order of the bytes of the keys; long keys with the same beginning in that of their hashes. */
  scan(
    after: Buffer | undefined,
    limit: number,
    visit: (key: Buffer, record: RecordView) => void,
    onUnreadable?: (key: Buffer) => void,
  ): boolean {
    const afterKey = after && this.#mapKey(after, 0, after.length);
    const pending = [...this.#overlay.values()]
      .filter(({ mapKey }) => afterKey === undefined || mapKey > afterKey)
      .sort((a, b) => (a.mapKey < b.mapKey ? -1 : 1));
    const view = emptyRecordView();
    let visited = 0;
    let next = 0;
    const visitPending = (record: PendingRecord) => {
      if (record.isDelete) return;
      viewRecord(record.bytes, record.recordAt, record.end, view);
      visit(keyOf(record.bytes, record.keyAt, record.recordAt), view);
      visited++;
    };
    return this.#visiting(() => {
      for (const entry of this.#tableFrom(after)) {
        const mapKey = entry.key.toString('latin1', positionBytes);
        while (visited < limit && next < pending.length && pending[next]!.mapKey < mapKey)
          visitPending(pending[next++]!);
        if (visited === limit) return true;
        if (this.#overlay.has(mapKey)) continue;
        const key = this.#viewEntry(entry, view);
        if (key === undefined) {
          onUnreadable?.(entry.key.subarray(positionBytes));
          continue;
        }
        visit(key, view);
        visited++;
      }
      while (visited < limit && next < pending.length) visitPending(pending[next++]!);
      return pending.slice(next).some(({ isDelete }) => !isDelete);
    });
  }

  follows(after: Buffer, key: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#mapKey(key, keyStart, keyEnd) > this.#mapKey(after, 0, after.length);
  }

  isDurable(key: Buffer, keyStart: number, keyEnd: number): boolean {
    const pending = this.#overlay.get(this.#mapKey(key, keyStart, keyEnd));
    return pending === undefined || pending.sequence <= this.#store.log.writtenSequence;
  }

  sync(done: (error?: Error) => void): void {
    this.#store.log.sync(done);
  }

  /** Nothing to free that the store does not need until the next checkpoint. */
  dispose(): void {
    this.#lastKey = undefined;
  }

  /** For the checkpoint: whether there is something to take. */
  get hasDirty(): boolean {
    return this.#dirty.length > 0;
  }

  /** For the store: the operation is in the log, for good. */
  written(record: PendingRecord): void {
    record.previous = undefined;
    this.#dirty.push(record);
  }

  /** For the store: the operation has come to nothing, and so have all behind it. */
  undo(record: PendingRecord): void {
    addStatistics(this.#now, record.change, -1);
    this.#lastKey = undefined;
    const { previous } = record;
    if (previous !== undefined) previous.supersededBy = undefined;
    if (previous === undefined || previous.isInTable) this.#overlay.delete(record.mapKey);
    else this.#overlay.set(record.mapKey, previous);
  }

  /**
   * For the checkpoint: takes the records up to a group of the log, each key's last only, in the table's order.
   * What they change in the statistics includes what those left out do.
   */
  takeDirty(sequence: number): { records: PendingRecord[]; unnecessary: PendingRecord[] } {
    const records: PendingRecord[] = [];
    const unnecessary: PendingRecord[] = [];
    const later: PendingRecord[] = [];
    for (const record of this.#dirty) {
      const { supersededBy } = record;
      if (record.sequence > sequence) later.push(record);
      else if (supersededBy !== undefined && supersededBy.sequence <= sequence) {
        addStatistics(supersededBy.change, record.change);
        unnecessary.push(record);
      } else records.push(record);
    }
    this.#dirty = later;
    records.sort((a, b) => (a.mapKey < b.mapKey ? -1 : 1));
    return { records, unnecessary };
  }

  /** For the checkpoint: gives records back that did not get into the table. */
  giveBack(records: readonly PendingRecord[]): void {
    this.#dirty = [...records, ...this.#dirty];
  }

  /** For the checkpoint: the statistics of the table with these records in it. */
  statisticsWith(records: readonly PendingRecord[]): PartitionStatistics {
    const sum = { ...this.#inTable };
    for (const { change } of records) addStatistics(sum, change);
    return sum;
  }

  /** For the checkpoint: these records are in the table now. */
  movedToTable(records: readonly PendingRecord[]): void {
    for (const record of records) {
      addStatistics(this.#inTable, record.change);
      record.isInTable = true;
      if (this.#overlay.get(record.mapKey) === record) this.#overlay.delete(record.mapKey);
    }
  }

  #admit(bytes: number): void {
    if (this.#isVisiting) assert.fail('a visitor must not change the storage');
    this.#store.admit(bytes);
  }

  #append(
    mapKey: string,
    bytes: Buffer,
    place: { keyAt: number; recordAt: number; end: number; isLive: boolean },
  ): void {
    this.#lookUp(mapKey);
    const isDelete = place.recordAt === place.end;
    const previous = this.#overlay.get(mapKey);
    const sizeBytes = isDelete ? 0 : place.end - place.keyAt + tableOverheadBytes;
    // Without a spread: an object that is made by one is several times slower to make and to read.
    const record: PendingRecord = {
      mapKey,
      isDelete,
      isLive: place.isLive,
      bytes,
      keyAt: place.keyAt,
      recordAt: place.recordAt,
      end: place.end,
      sequence: this.#store.log.openSequence,
      supersededBy: undefined,
      previous,
      isInTable: false,
      change: {
        count: (isDelete ? 0 : 1) - this.#last.count,
        liveCount: (place.isLive ? 1 : 0) - this.#last.liveCount,
        bytesUsed: sizeBytes - this.#last.bytesUsed,
      },
    };
    this.#store.log.append(place.end - place.keyAt + operationHeaderBytes);
    if (previous !== undefined) previous.supersededBy = record;
    this.#overlay.set(mapKey, record);
    addStatistics(this.#now, record.change);
    this.#remember(mapKey, !isDelete, place.isLive, place.end - place.keyAt);
    this.#store.appended(this, record);
  }

  /** Makes `#last` say what is there of a key: intact or not, it is what a put replaces. */
  #lookUp(mapKey: string): void {
    if (this.#lastKey === mapKey) return;
    const pending = this.#overlay.get(mapKey);
    if (pending !== undefined) {
      this.#remember(mapKey, !pending.isDelete, pending.isLive, pending.end - pending.keyAt);
      return;
    }
    const tableKey = this.#tableKeyOf(mapKey);
    const found = this.#store.table.get(tableKey);
    if (found === undefined) this.#remember(mapKey, false, false, 0);
    else this.#remember(mapKey, true, isLive(found, 0), tableKey.length + this.#store.table.lastBytes);
  }

  #remember(mapKey: string, exists: boolean, live: boolean, bytes: number): void {
    this.#lastKey = mapKey;
    this.#last.count = exists ? 1 : 0;
    this.#last.liveCount = exists && live ? 1 : 0;
    this.#last.bytesUsed = exists ? bytes + tableOverheadBytes : 0;
  }

  #mapKey(key: Buffer, start: number, end: number): string {
    if (end - start <= keyBytesMax) return key.toString('latin1', start, end);
    return this.#writeKey(key, start, end).toString('latin1', positionBytes);
  }

  #writeKey(key: Buffer, start: number, end: number): Buffer {
    const keyEnd = writeTableKey(this.#tableKey, 0, this.position, key, start, end);
    return this.#tableKey.subarray(0, keyEnd);
  }

  #tableKeyOf(mapKey: string): Buffer {
    this.#tableKey.writeUInt16BE(this.position, 0);
    const bytes = this.#tableKey.write(mapKey, positionBytes, 'latin1');
    return this.#tableKey.subarray(0, positionBytes + bytes);
  }

  /** The table's records behind a key. */
  #tableFrom(after: Buffer | undefined): Iterable<TableEntry> {
    const end = Buffer.alloc(positionBytes);
    end.writeUInt16BE(this.position + 1);
    let start = Buffer.alloc(positionBytes);
    start.writeUInt16BE(this.position);
    // The next key in the order of bytes is the same one with a zero behind it.
    if (after !== undefined) start = Buffer.concat([this.#writeKey(after, 0, after.length), Buffer.alloc(1)]);
    return this.#store.table.range(start, end);
  }

  /** Points `view` at a record of the table and returns its key, or reports it and returns undefined. */
  #viewEntry({ key, value }: TableEntry, view: RecordView): Buffer | undefined {
    const bytes = Buffer.concat([key, value]);
    if (!isIntact(bytes, 0, key.length, bytes.length)) {
      this.#store.onCorrupt(this.position, key.subarray(positionBytes));
      return undefined;
    }
    viewRecord(bytes, key.length, bytes.length, view);
    return keyOf(bytes, 0, key.length);
  }

  #visiting<A>(run: () => A): A {
    const wasVisiting = this.#isVisiting;
    this.#isVisiting = true;
    try {
      return run();
    } finally {
      this.#isVisiting = wasVisiting;
    }
  }
}
