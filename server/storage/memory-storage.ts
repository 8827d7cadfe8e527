/** The storage that keeps records in memory only. */
import type { RecordView, Storage } from './storage.js';

export class MemoryStorage implements Storage {
  readonly #records = new Map<string, RecordView & { key: Buffer }>();

  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    const record = this.#records.get(key.toString('latin1', keyStart, keyEnd));
    if (record === undefined) return false;
    copyView(record, out);
    return true;
  }

  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    const value = Buffer.from(record.value.subarray(record.valueStart, record.valueEnd));
    this.#records.set(key.toString('latin1', keyStart, keyEnd), {
      key: Buffer.from(key.subarray(keyStart, keyEnd)),
      version: Buffer.from(record.version.subarray(record.versionOffset, record.versionOffset + 16)),
      versionOffset: 0,
      tombstone: record.tombstone,
      value,
      valueStart: 0,
      valueEnd: value.length,
    });
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#records.delete(key.toString('latin1', keyStart, keyEnd));
  }

  isEmpty(): boolean {
    return this.#records.size === 0;
  }

  get count(): number {
    return this.#records.size;
  }

  get liveCount(): number {
    return this.reduce((live, _key, record) => live + (record.tombstone ? 0 : 1), 0);
  }

  get bytesUsed(): number {
    return this.reduce((bytes, key, record) => bytes + key.length + 16 + record.value.length, 0);
  }

  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A {
    let accumulator = initial;
    for (const record of this.#records.values()) accumulator = visit(accumulator, record.key, record);
    return accumulator;
  }

  sync(done: (error?: Error) => void): void {
    done();
  }

  dispose(): void {
    this.#records.clear();
  }
}

function copyView(from: RecordView, to: RecordView): void {
  to.version = from.version;
  to.versionOffset = from.versionOffset;
  to.tombstone = from.tombstone;
  to.value = from.value;
  to.valueStart = from.valueStart;
  to.valueEnd = from.valueEnd;
}
