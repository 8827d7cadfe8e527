// What the workers of a load thread did and saw, for the check of the history: gives puts values that name their
// write, reads from the values of others which write it was, and posts all of it in batches. Times are of the
// machine's monotonic clock, so that those of all threads can be compared.
import { crc32 } from 'node:zlib';
import { spreadInteger } from '../random/index.js';
import {
  earlierValueId,
  hashKey,
  headerBytes,
  kindDelete,
  kindPut,
  kindRead,
  sawNothing,
  ValueCodec,
  type ValueMistake,
  valueId,
} from '../verify/index.js';
import type { LoadClock } from './load-clock.js';
import { type LoadPlan, type OperationsReport, operationNumbers, valueMistakes } from './load-plan.js';
import type { Workload } from './workload.js';

/** Number of the kind of a record that says what was wrong with a value; its place in `valueMistakes`. */
export const kindMistake = 3;
/** The auditor reads for no worker in particular; no worker has this number. */
export const auditorNumber = 0xffff;

const recordsPerMessage = 4096;
/** Values of all workers lie in one buffer if they fit into this. */
const sharedBytesMax = 64 * 1024 * 1024;

/** How an attempt ended, as far as its effect goes. */
export type AttemptEnd = 'ok' | 'missing' | 'no effect' | 'unknown';

export interface OperationRecorderOptions {
  plan: LoadPlan;
  workload: Workload;
  clock: LoadClock;
  post(report: Pick<OperationsReport, 'records' | 'keys' | 'unseenReads'>): void;
}

export class OperationRecorder {
  readonly #options: OperationRecorderOptions;
  readonly #codec: ValueCodec;
  readonly #kinds: Uint8Array;
  readonly #numbers: Uint16Array;
  readonly #sequences: Float64Array;
  /** By worker: key and value of the present operation, and what the driver said that it read. */
  readonly #key: Float64Array;
  readonly #written: Float64Array;
  readonly #seen: Float64Array;
  readonly #mistake: Int8Array;
  readonly #buffers: (Buffer | undefined)[];
  readonly #shared: { buffer: Buffer; slotBytes: number } | undefined;
  readonly #bodyShare: number;
  #bodiesDue = 0;
  #records = new Float64Array(recordsPerMessage * operationNumbers);
  #end = 0;
  #unseenReads = 0;
  readonly #keysAreBytes: boolean;
  /** By worker: the bytes of an own key that its driver has picked, in place of those in its slot. */
  readonly #pickedKeys: (Buffer | undefined)[] = [];
  #keyBytes = Buffer.alloc(0);
  #keyBytesEnd = 0;

  constructor(options: OperationRecorderOptions) {
    const { plan, workload } = options;
    const workers = plan.workerIds.length;
    this.#options = options;
    this.#codec = new ValueCodec(workload.bodyPool(), crc32);
    this.#kinds = Uint8Array.from(workload.operations, ({ kind }) =>
      kind === 'put' ? kindPut : kind === 'delete' ? kindDelete : kindRead,
    );
    const isAudit = plan.audit !== undefined;
    this.#numbers = Uint16Array.from(plan.workerIds, (id) => (isAudit ? auditorNumber : id - 1));
    this.#sequences = new Float64Array(workers);
    this.#key = new Float64Array(workers);
    this.#written = new Float64Array(workers);
    this.#seen = new Float64Array(workers).fill(Number.NaN);
    this.#mistake = new Int8Array(workers).fill(-1);
    this.#buffers = [];
    const slotBytes = Math.max(headerBytes, workload.valueBytesMax);
    if (slotBytes * workers <= sharedBytesMax)
      this.#shared = { buffer: Buffer.alloc(slotBytes * workers), slotBytes };
    this.#bodyShare = plan.verify?.bodyShare ?? 1;
    this.#keysAreBytes = plan.verify?.keysAreBytes === true;
  }

  /** The operation, or step, of `worker` comes next: a put gets the value that names it, as long as the one drawn. */
  prepare(worker: number, operation: number, key: number): void {
    this.#key[worker] = this.#keysAreBytes ? this.#numberOfBytes(worker) : key;
    this.#seen[worker] = Number.NaN;
    this.#mistake[worker] = -1;
    if (this.#kinds[operation] !== kindPut) return;
    const { workload, clock } = this.#options;
    const { values } = workload;
    const length = Math.max(headerBytes, values.end[worker]! - values.start[worker]!);
    const sequence = ++this.#sequences[worker]!;
    const writer = this.#numbers[worker]!;
    this.#written[worker] = valueId(writer, sequence);
    const issuedMs = Math.floor(clock.startEpochMs + clock.nowUs() / 1000);
    const target = this.#bufferOf(worker, length);
    const at = this.#shared === undefined ? 0 : worker * this.#shared.slotBytes;
    this.#codec.encode(target, at, {
      writer,
      sequence,
      keyHash: hashOf(this.#key[worker]!),
      issuedMs,
      length,
    });
    values.buffers[worker] = target;
    values.start[worker] = at;
    values.end[worker] = at + length;
  }

  /** The driver reads another key than the one drawn: one of the worker's own. */
  picked(worker: number, key: number): void {
    if (!this.#keysAreBytes) {
      this.#key[worker] = key;
      return;
    }
    const bytes = Buffer.from(String(key));
    this.#pickedKeys[worker] = bytes;
    this.#key[worker] = hashKey(bytes, 0, bytes.length);
  }

  /** The driver read this value for `worker`. */
  saw(worker: number, source: Buffer, start: number, end: number): void {
    const codec = this.#codec;
    const mistake = codec.decode(source, start, end, hashOf(this.#key[worker]!));
    if (mistake === 'foreign') {
      // Of before the run, unless the history knows better: told apart by their checksums.
      this.#seen[worker] = earlierValueId(0, crc32(source.subarray(start, end)));
      return;
    }
    const isEarlier = mistake !== 'torn' && codec.issuedMs < this.#runStartMs;
    if (mistake !== undefined) this.#note(worker, mistake);
    else if (isEarlier) this.#seen[worker] = earlierValueId(codec.writer, codec.sequence);
    else if (this.#isBodyDue() && !codec.isBodyIntact(source, start, end))
      this.#note(worker, 'with another body');
    else this.#seen[worker] = valueId(codec.writer, codec.sequence);
  }

  /** An attempt that was sent at `callUs` ended at `returnUs`, microseconds since the start. */
  ended(
    worker: number,
    operation: number,
    times: { callUs: number; returnUs: number },
    end: AttemptEnd,
  ): void {
    const kind = this.#kinds[operation]!;
    if (end === 'no effect' || !Number.isFinite(times.callUs)) return;
    if (kind !== kindRead) {
      const returnUs = end === 'unknown' ? Number.POSITIVE_INFINITY : times.returnUs;
      const value = kind === kindPut ? this.#written[worker]! : sawNothing;
      this.#add(kind, worker, value, times.callUs, returnUs);
      return;
    }
    if (end === 'unknown') return;
    const mistake = this.#mistake[worker]!;
    const seen = end === 'missing' ? sawNothing : this.#seen[worker]!;
    if (mistake >= 0) this.#add(kindMistake, worker, mistake, times.callUs, times.returnUs);
    else if (Number.isNaN(seen)) this.#unseenReads++;
    else this.#add(kindRead, worker, seen, times.callUs, times.returnUs);
  }

  flush(): void {
    if (this.#end === 0 && this.#unseenReads === 0) return;
    const keys = this.#keysAreBytes ? Uint8Array.from(this.#keyBytes.subarray(0, this.#keyBytesEnd)) : null;
    this.#options.post({ records: this.#records.slice(0, this.#end), keys, unseenReads: this.#unseenReads });
    this.#keyBytesEnd = 0;
    this.#end = 0;
    this.#unseenReads = 0;
  }

  #numberOfBytes(worker: number): number {
    const { workload } = this.#options;
    this.#pickedKeys[worker] = undefined;
    workload.encodeKey(worker);
    const { buffers, start, end } = workload.keys;
    return hashKey(buffers[worker]!, start[worker]!, end[worker]!);
  }

  #noteKeyBytes(worker: number): void {
    const { buffers, start, end } = this.#options.workload.keys;
    const key = this.#pickedKeys[worker] ?? buffers[worker]!.subarray(start[worker]!, end[worker]!);
    const needed = this.#keyBytesEnd + 2 + key.length;
    if (this.#keyBytes.length < needed) {
      const larger = Buffer.alloc(Math.max(64 * 1024, 2 * needed));
      this.#keyBytes.copy(larger, 0, 0, this.#keyBytesEnd);
      this.#keyBytes = larger;
    }
    this.#keyBytes.writeUInt16BE(key.length, this.#keyBytesEnd);
    this.#keyBytes.set(key, this.#keyBytesEnd + 2);
    this.#keyBytesEnd = needed;
  }

  get #runStartMs(): number {
    return Math.floor(this.#options.plan.audit?.runStartMs ?? this.#options.clock.startEpochMs);
  }

  #note(worker: number, mistake: ValueMistake): void {
    this.#mistake[worker] = valueMistakes.indexOf(mistake);
  }

  #isBodyDue(): boolean {
    this.#bodiesDue += this.#bodyShare;
    if (this.#bodiesDue < 1) return false;
    this.#bodiesDue -= 1;
    return true;
  }

  #bufferOf(worker: number, length: number): Buffer {
    if (this.#shared !== undefined) return this.#shared.buffer;
    let buffer = this.#buffers[worker];
    if (buffer === undefined || buffer.length < length) {
      buffer = Buffer.alloc(length);
      this.#buffers[worker] = buffer;
    }
    return buffer;
  }

  #add(kind: number, worker: number, value: number, callUs: number, returnUs: number): void {
    const { monotonicStartUs, uncertaintyUs } = this.#options.clock;
    const records = this.#records;
    let at = this.#end;
    records[at++] = kind;
    records[at++] = this.#numbers[worker]!;
    records[at++] = this.#key[worker]!;
    records[at++] = value;
    records[at++] = monotonicStartUs + callUs - uncertaintyUs;
    records[at++] = monotonicStartUs + returnUs + uncertaintyUs;
    this.#end = at;
    if (this.#keysAreBytes) this.#noteKeyBytes(worker);
    if (at === records.length) this.flush();
  }
}

function hashOf(key: number): number {
  return spreadInteger(key) >>> 0;
}
