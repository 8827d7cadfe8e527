// What was asked of a store, and when: one entry per operation, in the order of time. In typed arrays, since a trace
// may have millions.

/** Entries of a trace at most; each takes some 20 bytes and its key. */
export const traceEntriesMax = 20_000_000;
/** Bytes of all keys of a trace together. */
const keyBytesMax = 1024 * 1024 * 1024;
const entriesFirst = 1024;

export interface Trace {
  /** Names of operations; entries have their index. */
  readonly operations: readonly string[];
  readonly count: number;
  /** Microseconds since the first entry; never fewer than of the entry before. */
  readonly offsetUs: Float64Array;
  readonly operation: Uint8Array;
  /** Entry k's key is `keys` from keyEnd[k-1] (0 for the first) to keyEnd[k]. */
  readonly keys: Uint8Array;
  readonly keyEnd: Uint32Array;
  /** How large the value is; 0 where none was written. */
  readonly valueBytes: Uint32Array;
}

/** A trace that is no trace, or too large for one; the message says where. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly exitCode = 3;
}

export interface TraceEntry {
  /** Microseconds since any moment. */
  atUs: number;
  operation: string;
  key: Uint8Array;
  valueBytes: number;
}

/** Takes entries in the order of time; throws TraceError when one is earlier than the one before, or there are too many. */
export class TraceBuilder {
  readonly #names = new Map<string, number>();
  #count = 0;
  #firstUs = 0;
  #offsetUs = new Float64Array(entriesFirst);
  #operation = new Uint8Array(entriesFirst);
  #keyEnd = new Uint32Array(entriesFirst);
  #valueBytes = new Uint32Array(entriesFirst);
  #keys = Buffer.alloc(entriesFirst * 16);

  add({ atUs, operation, key, valueBytes }: TraceEntry): void {
    const at = this.#count;
    if (at === 0) this.#firstUs = atUs;
    const offsetUs = atUs - this.#firstUs;
    const before = at === 0 ? 0 : this.#offsetUs[at - 1]!;
    if (offsetUs < before) {
      throw new TraceError(
        `entry ${at + 1} is ${((before - offsetUs) / 1000).toFixed(3)} ms before the one above it`,
      );
    }
    if (at === traceEntriesMax) throw new TraceError(`a trace has at most ${traceEntriesMax} entries`);
    if (at === this.#offsetUs.length) this.#grow();
    const keyStart = at === 0 ? 0 : this.#keyEnd[at - 1]!;
    const keyEnd = keyStart + key.length;
    if (keyEnd > keyBytesMax) throw new TraceError(`the keys of a trace have at most ${keyBytesMax} bytes`);
    while (keyEnd > this.#keys.length) this.#keys = Buffer.concat([this.#keys], 2 * this.#keys.length);
    this.#keys.set(key, keyStart);
    this.#offsetUs[at] = offsetUs;
    this.#operation[at] = this.#indexOf(operation);
    this.#keyEnd[at] = keyEnd;
    this.#valueBytes[at] = valueBytes;
    this.#count++;
  }

  build(): Trace {
    if (this.#count === 0) throw new TraceError('it has no operation');
    return {
      operations: [...this.#names.keys()],
      count: this.#count,
      offsetUs: shared(Float64Array, this.#offsetUs.subarray(0, this.#count)),
      operation: shared(Uint8Array, this.#operation.subarray(0, this.#count)),
      keys: shared(Uint8Array, this.#keys.subarray(0, this.#keyEnd[this.#count - 1])),
      keyEnd: shared(Uint32Array, this.#keyEnd.subarray(0, this.#count)),
      valueBytes: shared(Uint32Array, this.#valueBytes.subarray(0, this.#count)),
    };
  }

  #indexOf(operation: string): number {
    let index = this.#names.get(operation);
    if (index === undefined) {
      index = this.#names.size;
      if (index > 255) throw new TraceError('a trace has at most 256 different operations');
      this.#names.set(operation, index);
    }
    return index;
  }

  #grow(): void {
    const length = 2 * this.#offsetUs.length;
    this.#offsetUs = grown(this.#offsetUs, new Float64Array(length));
    this.#operation = grown(this.#operation, new Uint8Array(length));
    this.#keyEnd = grown(this.#keyEnd, new Uint32Array(length));
    this.#valueBytes = grown(this.#valueBytes, new Uint32Array(length));
  }
}

/** A copy that threads can look at together, instead of each having one. */
function shared<T extends Float64Array | Uint8Array | Uint32Array>(
  Kind: new (buffer: SharedArrayBuffer) => T,
  from: T,
): T {
  const copy = new Kind(new SharedArrayBuffer(from.byteLength));
  copy.set(from);
  return copy;
}

function grown<T extends Float64Array | Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Where entry k's key begins in `keys`. */
export function keyStart({ keyEnd }: Trace, k: number): number {
  return k === 0 ? 0 : keyEnd[k - 1]!;
}
