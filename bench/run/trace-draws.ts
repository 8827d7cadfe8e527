// The operations of a trace for one load thread: entry k belongs to the thread that the dispatch gives arrival k to, so
// that drawing one after the other keeps both in step. Values are random bytes of the size that the trace names, the
// same for every run of it.
import { exhausted } from '../generators/index.js';
import { keyStart, type Trace } from '../trace/index.js';

export class TraceDraws {
  /** No key and no value of the trace is longer. */
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
  readonly #trace: Trace;
  readonly #isMine: (entry: number) => boolean;
  #next = 0;

  constructor(trace: Trace, place: { workers: number; threads: number; thread: number }) {
    this.#trace = trace;
    this.#isMine = (entry) => (entry % place.workers) % place.threads === place.thread;
    let keyBytes = 0;
    let valueBytes = 0;
    for (let entry = 0; entry < trace.count; entry++) {
      keyBytes = Math.max(keyBytes, trace.keyEnd[entry]! - keyStart(trace, entry));
      valueBytes = Math.max(valueBytes, trace.valueBytes[entry]!);
    }
    this.keyBytesMax = keyBytes;
    this.valueBytesMax = valueBytes;
  }

  /** The next entry of this thread, or `exhausted`. */
  next(): number {
    const { count } = this.#trace;
    while (this.#next < count && !this.#isMine(this.#next)) this.#next++;
    return this.#next < count ? this.#next++ : exhausted;
  }

  operation(entry: number): number {
    return this.#trace.operation[entry]!;
  }

  /** Where the key ends in `target`. */
  writeKey(entry: number, target: Buffer, at: number): number {
    const key = this.#trace.keys.subarray(keyStart(this.#trace, entry), this.#trace.keyEnd[entry]);
    target.set(key, at);
    return at + key.length;
  }

  /** Where the value begins in a pool of so many bytes; it is `valueBytes(entry)` long. */
  valueStart(entry: number, poolBytes: number): number {
    const room = poolBytes - this.valueBytes(entry);
    // A stride that shares no factor with the usual pool sizes, so that values differ.
    return room <= 0 ? 0 : (entry * 7919) % room;
  }

  valueBytes(entry: number): number {
    return this.#trace.valueBytes[entry]!;
  }
}
