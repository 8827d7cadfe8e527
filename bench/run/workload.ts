// What the workers of a load thread do next: operation, key and value, all drawn from the seed before the
// clock of the operation starts. Operation i of worker w takes exactly one draw from w's streams of operations,
// keys and values, so its data depend on (seed, w, i) alone, not on the driver or on how fast it answers.
import type { ByteSlots, TicketedOperation } from '../driver.js';
import {
  createKeyGenerator,
  createValueGenerator,
  type KeyGenerator,
  OperationMix,
  OwnPuts,
  type ValueGenerator,
  writeDecimal,
} from '../generators/index.js';
import { type WorkerStreams, workerStreams } from '../random/index.js';
import type { LoadPlan } from './load-plan.js';

/** An integer key has at most this many digits. */
const keySlotBytes = 24;
/** Distinct keys that a worker remembers of its own puts. */
const ownPutsMax = 1_000_000;

export class Workload {
  readonly operations: readonly TicketedOperation[];
  /** Present operation and key of each worker, by its index in this thread. */
  readonly operation: Int32Array;
  readonly keyIntegers: Float64Array;
  readonly keys: ByteSlots;
  readonly values: ByteSlots;
  /** Whether any operation reads own puts, so that puts must be remembered. */
  readonly remembersPuts: boolean;
  readonly #isOwn: Uint8Array;
  readonly #mix: OperationMix;
  readonly #keyGenerator: KeyGenerator;
  readonly #valueGenerator: ValueGenerator;
  readonly #streams: WorkerStreams[];
  readonly #ownPuts: OwnPuts[];
  readonly #keyBuffer: Buffer;

  constructor(plan: LoadPlan) {
    const workers = plan.workerIds.length;
    this.#mix = new OperationMix(plan.operations.map(({ weight }) => weight));
    this.#keyGenerator = createKeyGenerator(plan.keyGenerator);
    this.#valueGenerator = createValueGenerator(plan.valueGenerator, plan.randomSeed);
    this.#streams = plan.workerIds.map((id) => workerStreams(plan.randomAlgorithm, plan.randomSeed, id));
    this.#ownPuts = plan.workerIds.map(() => new OwnPuts(ownPutsMax));
    this.operations = plan.operations.map(({ name }) => ({ name, kind: kindOf(name) }));
    this.#isOwn = Uint8Array.from(plan.operations, ({ name }) => (name === 'get_own_puts' ? 1 : 0));
    this.remembersPuts = this.#isOwn.includes(1);
    this.operation = new Int32Array(workers);
    this.keyIntegers = new Float64Array(workers);
    this.#keyBuffer = Buffer.alloc(workers * keySlotBytes);
    this.keys = {
      buffers: Array.from({ length: workers }, () => this.#keyBuffer),
      start: Int32Array.from({ length: workers }, (_, worker) => worker * keySlotBytes),
      end: new Int32Array(workers),
    };
    this.values = {
      buffers: Array.from({ length: workers }, () => this.#valueGenerator.pool),
      start: new Int32Array(workers),
      end: new Int32Array(workers),
    };
  }

  /** Draws the next operation of `worker`. A read of own puts before the first put is passed over, uncounted. */
  drawTicket(worker: number): number {
    let operation = this.draw(worker);
    while (this.#isOwn[operation] === 1) {
      const own = this.pickOwn(worker);
      if (own !== undefined) {
        this.keyIntegers[worker] = own;
        break;
      }
      operation = this.draw(worker);
    }
    this.keys.end[worker] = writeDecimal(this.#keyBuffer, worker * keySlotBytes, this.keyIntegers[worker]!);
    return operation;
  }

  /** Draws operation, key and value of `worker`, and nothing else. */
  draw(worker: number): number {
    const streams = this.#streams[worker]!;
    const operation = this.#mix.next(streams.operation);
    this.operation[worker] = operation;
    this.keyIntegers[worker] = this.#keyGenerator.next(streams.key);
    const valueStart = this.#valueGenerator.next(streams.value);
    this.values.start[worker] = valueStart;
    this.values.end[worker] = valueStart + this.#valueGenerator.sizeBytes;
    return operation;
  }

  isOwn(operation: number): boolean {
    return this.#isOwn[operation] === 1;
  }

  /** One of the worker's own keys; the pick has a stream of its own, since it depends on which puts succeeded. */
  pickOwn(worker: number): number | undefined {
    return this.#ownPuts[worker]!.pick(this.#streams[worker]!.own);
  }

  addOwn(worker: number, key: number): void {
    this.#ownPuts[worker]!.add(key);
  }

  /** One further key for a driver that wants more than one per operation. */
  drawKey(worker: number): number {
    return this.#keyGenerator.next(this.#streams[worker]!.key);
  }

  drawValue(worker: number): Buffer {
    const start = this.#valueGenerator.next(this.#streams[worker]!.value);
    return this.#valueGenerator.pool.subarray(start, start + this.#valueGenerator.sizeBytes);
  }

  /** The value drawn for the worker's present operation. */
  value(worker: number): Buffer {
    return this.#valueGenerator.pool.subarray(this.values.start[worker]!, this.values.end[worker]!);
  }
}

/** What an operation of that name does to the store. */
function kindOf(name: string): TicketedOperation['kind'] {
  if (name === 'put' || name === 'delete') return name;
  return 'get';
}
