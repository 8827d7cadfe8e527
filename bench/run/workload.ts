// What the workers of a load thread do next: operation, key and value, all drawn from the seed before the
// clock of the operation starts. A worker draws its operations, keys and values from streams of their own, one
// operation after the other, so its data depend on (seed, worker, number of the operation) alone, not on the driver
// or on how fast it answers.
import assert from 'node:assert/strict';
import type { PlannedOperation } from '../config/plan-operations.js';
import type { ByteSlots, TicketedOperation } from '../driver.js';
import {
  createKeyGenerator,
  createValueGenerator,
  exhausted,
  type GeneratorContext,
  type KeyGenerator,
  keyBytesMax,
  OperationMix,
  OwnPuts,
  RandomPools,
  type ValueGenerator,
  writeDecimal,
} from '../generators/index.js';
import { type Random, type WorkerStreams, workerStreams } from '../random/index.js';
import { type LoadedResources, noResources } from './generator-resources.js';
import type { AuditPlan, LoadPlan } from './load-plan.js';
import { TraceDraws } from './trace-draws.js';

/** An integer key in decimal has at most this many digits; slots are a little larger. */
const keySlotBytesMin = 24;
/** Distinct keys that a worker remembers of its own puts. */
const ownPutsMax = 1_000_000;

/** What comes next of an operation that has steps: an operation by its number, or a wait. */
export type WorkloadStep = { operation: number } | { waitMs: number };

export class Workload {
  /** The operations of the mix, and behind them those that steps need. */
  readonly operations: readonly TicketedOperation[];
  /** For each operation of the mix its steps, or undefined when it is one itself. */
  readonly steps: readonly (readonly WorkloadStep[] | undefined)[];
  /** Present operation and key of each worker, by its index in this thread; the key is -1 when it is bytes. */
  readonly operation: Int32Array;
  readonly keyIntegers: Float64Array;
  readonly keys: ByteSlots;
  readonly values: ByteSlots;
  /** Whether any operation reads own puts, so that puts must be remembered. */
  readonly remembersPuts: boolean;
  readonly #isOwn: Uint8Array;
  readonly #mix: OperationMix;
  /** The generators of worker w for operation o, at w * operations + o. */
  readonly #keyGenerators: KeyGenerator[];
  readonly #valueGenerators: ValueGenerator[];
  readonly #streams: WorkerStreams[];
  readonly #ownPuts: OwnPuts[];
  readonly #keyBuffer: Buffer;
  readonly #keySlotBytes: number;
  /** How many operations the mix has. */
  readonly #mixed: number;
  readonly #pools: RandomPools;
  /** What to do is listed; undefined where it is drawn. */
  readonly #listed: TraceDraws | undefined;

  /** Throws GeneratorError when a generator cannot be made, for example of a file without lines. */
  constructor(plan: LoadPlan, resources: LoadedResources = noResources) {
    const workers = plan.workerIds.length;
    this.#mix = new OperationMix(plan.operations.map(({ weight }) => weight));
    const pools = new RandomPools(plan.randomSeed, plan.valueGeneratorSourceSize);
    this.#pools = pools;
    const audited = plan.audit && listOf(plan.audit);
    const generators = plan.workerIds.map((workerId, worker) =>
      generatorsOf(plan, {
        seed: plan.randomSeed,
        workerId,
        workers: plan.concurrentWorkers,
        pool: (bytes) => pools.pool(bytes),
        file: (path) => resources.file(path),
        function: (path, name) => resources.function(path, name),
        inserted: { count: 0 },
        progress: resources.progress?.[worker],
      }),
    );
    this.#keyGenerators = generators.flatMap(({ keys }) => keys).map((keys) => audited?.(keys) ?? keys);
    this.#valueGenerators = generators.flatMap(({ values }) => values);
    this.#streams = plan.workerIds.map((id) => workerStreams(plan.randomAlgorithm, plan.randomSeed, id));
    this.#ownPuts = plan.workerIds.map(() => new OwnPuts(ownPutsMax));
    const names = plan.operations.map(operationName);
    this.#mixed = names.length;
    const operations = names.map((name): TicketedOperation => ({ name, kind: kindOf(name) }));
    this.steps = plan.operations.map(({ steps }) =>
      steps?.map((step) =>
        'waitMs' in step
          ? step
          : { operation: operations.push({ name: step.operation, kind: kindOf(step.operation) }) - 1 },
      ),
    );
    this.operations = operations;
    this.#isOwn = Uint8Array.from(names, (name) => (name === 'get_own_puts' ? 1 : 0));
    this.remembersPuts = this.#isOwn.includes(1);
    // One place more than workers, for what is passed over.
    this.operation = new Int32Array(workers + 1);
    this.keyIntegers = new Float64Array(workers + 1);
    const { trace, threads, thread } = plan;
    this.#listed =
      trace && new TraceDraws(trace.entries, { workers: plan.concurrentWorkers, threads, thread });
    const slotBytes = Math.max(
      keySlotBytesMin,
      this.#listed?.keyBytesMax ?? 0,
      ...this.#keyGenerators.map(keyBytesMax),
    );
    this.#keySlotBytes = slotBytes;
    this.#keyBuffer = Buffer.alloc((workers + 1) * slotBytes);
    this.keys = {
      buffers: Array.from({ length: workers + 1 }, () => this.#keyBuffer),
      start: Int32Array.from({ length: workers + 1 }, (_, worker) => worker * slotBytes),
      end: new Int32Array(workers + 1),
    };
    this.values = {
      buffers: Array.from({ length: workers + 1 }, () => Buffer.alloc(0)),
      start: new Int32Array(workers + 1),
      end: new Int32Array(workers + 1),
    };
  }

  /**
   * Draws the next operation of `worker`, from its own streams or from those of `owner`; `exhausted` when the keys are
   * used up. A read of own puts before the first put is passed over, uncounted.
   */
  drawTicket(worker: number, owner = worker): number {
    let operation = this.draw(worker, owner);
    while (operation !== exhausted && this.#isOwn[operation] === 1) {
      const own = this.pickOwn(owner);
      if (own !== undefined) {
        this.keyIntegers[worker] = own;
        break;
      }
      operation = this.draw(worker, owner);
    }
    const integer = this.keyIntegers[worker]!;
    if (operation !== exhausted && integer >= 0) this.#encodeKey(worker, operation, integer);
    return operation;
  }

  /** Draws operation, key and value of `worker`, and nothing else; `exhausted` when the keys are used up. */
  draw(worker: number, owner = worker): number {
    if (this.#listed !== undefined) return this.#drawListed(worker, this.#listed);
    const streams = this.#streams[owner]!;
    const operation = this.#mix.next(streams.operation);
    this.operation[worker] = operation;
    const place = owner * this.#mixed + operation;
    const keys = this.#keyGenerators[place]!;
    if (keys.kind === 'integer') {
      const key = keys.next(streams.key);
      if (key === exhausted) return exhausted;
      this.keyIntegers[worker] = key;
    } else {
      const end = keys.write(streams.key, this.#keyBuffer, worker * this.#keySlotBytes);
      if (end === exhausted) return exhausted;
      this.keys.end[worker] = end;
      this.keyIntegers[worker] = -1;
    }
    const values = this.#valueGenerators[place]!;
    values.draw(streams.value);
    this.values.buffers[worker] = values.pool;
    this.values.start[worker] = values.start;
    this.values.end[worker] = values.end;
    return operation;
  }

  /** The next entry of the trace; keys are bytes, whatever they look like. */
  #drawListed(worker: number, listed: TraceDraws): number {
    const entry = listed.next();
    if (entry === exhausted) return exhausted;
    const operation = listed.operation(entry);
    this.operation[worker] = operation;
    this.keyIntegers[worker] = -1;
    this.keys.end[worker] = listed.writeKey(entry, this.#keyBuffer, worker * this.#keySlotBytes);
    const pool = this.#pools.pool(listed.valueBytesMax);
    const start = listed.valueStart(entry, pool.length);
    this.values.buffers[worker] = pool;
    this.values.start[worker] = start;
    this.values.end[worker] = start + listed.valueBytes(entry);
    return operation;
  }

  /**
   * Draws the next operation of `owner` for nobody, so that the one after it is what it would have been; gives it, or
   * `exhausted`. Uses the place of a worker that does not exist, behind all others.
   */
  passOver(owner: number): number {
    return this.draw(this.#streams.length, owner);
  }

  /** No value is longer. */
  get valueBytesMax(): number {
    const listed = this.#listed?.valueBytesMax ?? 0;
    return Math.max(listed, ...this.#valueGenerators.map(({ sizeBytesMax }) => sizeBytesMax));
  }

  /** Random bytes, more than the longest value has. */
  bodyPool(): Buffer {
    return this.#pools.pool(this.valueBytesMax);
  }

  /** The bytes of the worker's present key stand in its slot from now on, also when it is an integer. */
  encodeKey(worker: number): void {
    const integer = this.keyIntegers[worker]!;
    if (integer >= 0) this.#encodeKey(worker, this.operation[worker]!, integer);
  }

  arrivalStream(worker: number): Random {
    return this.#streams[worker]!.arrival;
  }

  isOwn(operation: number): boolean {
    return this.#isOwn[operation] === 1;
  }

  /** One of the worker's own keys; the pick has a stream of its own, since it depends on which puts succeeded. */
  pickOwn(worker: number): number | undefined {
    return this.#ownPuts[worker]!.pick(this.#streams[worker]!.own);
  }

  /** Remembers an integer key as put; keys that are bytes are not remembered. */
  addOwn(worker: number, key: number): void {
    if (key >= 0) this.#ownPuts[worker]!.add(key);
  }

  /** The key drawn for the worker's present operation: a number, or a copy of its bytes. */
  key(worker: number): number | Buffer {
    const operation = this.operation[worker]!;
    const integer = this.keyIntegers[worker]!;
    if (integer >= 0) {
      const keys = this.#keyGenerators[worker * this.#mixed + operation]!;
      if (keys.kind === 'integer' && keys.encoding === undefined) return integer;
      this.#encodeKey(worker, operation, integer);
    }
    return Buffer.from(this.#keyBuffer.subarray(this.keys.start[worker]!, this.keys.end[worker]!));
  }

  /** One further key for a driver that wants more than one per operation; the last one again when they are used up. */
  drawKey(worker: number, owner = worker): number | Buffer {
    const place = owner * this.#mixed + this.operation[worker]!;
    const keys = this.#keyGenerators[place]!;
    const random = this.#streams[owner]!.key;
    if (keys.kind === 'integer') {
      const key = keys.next(random);
      if (key !== exhausted) this.keyIntegers[worker] = key;
    } else {
      const end = keys.write(random, this.#keyBuffer, this.keys.start[worker]!);
      if (end !== exhausted) this.keys.end[worker] = end;
    }
    return this.key(worker);
  }

  drawValue(worker: number, owner = worker): Buffer {
    const values = this.#valueGenerators[owner * this.#mixed + this.operation[worker]!]!;
    values.draw(this.#streams[owner]!.value);
    return values.pool.subarray(values.start, values.end);
  }

  /** The value drawn for the worker's present operation. */
  value(worker: number): Buffer {
    return this.values.buffers[worker]!.subarray(this.values.start[worker]!, this.values.end[worker]!);
  }

  #encodeKey(worker: number, operation: number, integer: number): void {
    const keys = this.#keyGenerators[worker * this.#mixed + operation]!;
    const start = worker * this.#keySlotBytes;
    const encoding = keys.kind === 'integer' ? keys.encoding : undefined;
    this.keys.end[worker] =
      encoding === undefined
        ? writeDecimal(this.#keyBuffer, start, integer)
        : encoding.write(integer, this.#keyBuffer, start);
  }
}

/** One generator of each kind per operation; operations without one of their own share the run's. */
function generatorsOf(
  plan: LoadPlan,
  context: GeneratorContext,
): { keys: KeyGenerator[]; values: ValueGenerator[] } {
  const sharedKeys = createKeyGenerator(plan.keyGenerator, context);
  const sharedValues = createValueGenerator(plan.valueGenerator, context);
  return {
    keys: plan.operations.map(({ keyGenerator }) =>
      keyGenerator === undefined ? sharedKeys : createKeyGenerator(keyGenerator, context),
    ),
    values: plan.operations.map(({ valueGenerator }) =>
      valueGenerator === undefined ? sharedValues : createValueGenerator(valueGenerator, context),
    ),
  };
}

/** Keys of a list, which all workers of a thread share: integers as the run's generator writes them, or bytes as they are. */
function listOf({ keys: listed }: AuditPlan): (keys: KeyGenerator) => KeyGenerator {
  const list: Iterator<number | Uint8Array> = listed.values();
  const sizeBytesMax = Math.max(
    0,
    ...listed.map((key: number | Uint8Array) => (typeof key === 'number' ? 0 : key.length)),
  );
  const keySpace = listed.length;
  const take = (): number | Uint8Array | undefined => list.next().value;
  return (keys) => {
    if (keys.kind === 'integer' && typeof listed[0] === 'number') {
      const next = (): number => {
        const key = take() ?? exhausted;
        assert(typeof key === 'number', 'integers are listed as integers');
        return key;
      };
      return { kind: 'integer', keySpace, encoding: keys.encoding, next };
    }
    const write = (_random: Random, buffer: Buffer, offset: number): number => {
      const key = take();
      if (key === undefined) return exhausted;
      assert(typeof key !== 'number', 'keys of bytes are listed as bytes');
      buffer.set(key, offset);
      return offset + key.length;
    };
    return { kind: 'bytes', keySpace, sizeBytesMax, write };
  };
}

/** What the driver is asked to do; `name` is only what reports call it. */
export function operationName({ name, operation }: PlannedOperation): string {
  return operation ?? name;
}

/** What an operation of that name does to the store. */
function kindOf(name: string): TicketedOperation['kind'] {
  if (name === 'put' || name === 'delete') return name;
  return 'get';
}
