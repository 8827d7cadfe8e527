// The check of a run that is verified: gathers what load threads record, reads at the end what must still be there,
// and turns what the check finds into the part of results.json. The audit is a run of the same driver of its own,
// which no statistics count.
import type { Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import type { PlannedVerification } from '../config/plan-verification.js';
import {
  brokenExpectations,
  checkHistory,
  History,
  KeyNames,
  kindRead,
  type Staleness,
  type Violation,
  type ViolationKind,
  ViolationList,
} from '../verify/index.js';
import type { FoundDriver } from './find-driver.js';
import { type AuditPlan, type OperationsReport, operationNumbers, valueMistakes } from './load-plan.js';
import { LoadThreads } from './load-threads.js';
import { auditorNumber, kindMistake } from './operation-recorder.js';

type VerificationResult = NonNullable<Results['verification']>;

const auditWorkersMin = 16;
/** What could not be read by then counts as not audited. */
const auditMs = 60_000;
/** A final read that fails is tried again so often: a store may just be recovering. */
const auditRetries = 20;

/** With its key as people read it. */
export type NamedViolation = Omit<Violation, 'key'> & { readonly key: string };

export class RunVerification {
  readonly #plan: PlannedVerification;
  readonly #history: History;
  readonly #mistakes = new ViolationList();
  /** Of keys that are bytes. */
  readonly #names: KeyNames | undefined;
  #sampledOneIn = 1;
  #unseenReads = 0;
  #startUs = 0;
  #audit: VerificationResult['audit'] = { keys: 0, unread: 0, skipped: 'the run was interrupted' };

  constructor(plan: PlannedVerification) {
    this.#plan = plan;
    this.#history = new History(plan.operationsMax);
    this.#names = plan.keysAreBytes ? new KeyNames() : undefined;
  }

  /** The run begins in so many milliseconds. */
  begin(inMs: number): void {
    this.#startUs = Number(process.hrtime.bigint()) / 1000 + inMs * 1000;
  }

  add({ records, keys, unseenReads }: OperationsReport): void {
    this.#unseenReads += unseenReads;
    const names = keys === null ? undefined : Buffer.from(keys.buffer, keys.byteOffset, keys.length);
    let nameAt = 0;
    for (let at = 0; at < records.length; at += operationNumbers) {
      const kind = records[at]!;
      const key = records[at + 2]!;
      const value = records[at + 3]!;
      const callUs = records[at + 4]! - this.#startUs;
      const returnUs = records[at + 5]! - this.#startUs;
      if (kind === kindMistake) this.#noteMistake(key, value, returnUs);
      else this.#history.add({ kind, worker: records[at + 1]!, key, value, callUs, returnUs });
      if (names === undefined) continue;
      const nameEnd = nameAt + 2 + names.readUInt16BE(nameAt);
      if (this.#history.isRecorded(key)) this.#names!.note(key, names.subarray(nameAt + 2, nameEnd));
      nameAt = nameEnd;
    }
    const { sampledOneIn } = this.#history;
    if (sampledOneIn === this.#sampledOneIn) return;
    this.#sampledOneIn = sampledOneIn;
    this.#names?.keepOnly((key) => this.#history.isRecorded(key));
  }

  /** Reads each key once that has an acknowledged write, through the driver. Fails never: what it cannot read, it counts. */
  async audit(plan: BenchPlan, { driver, reference }: FoundDriver, runStartMs: number): Promise<void> {
    if (driver.forgetsAtClose === true) {
      const skipped = `driver "${driver.name}" forgets what was put when its sessions close`;
      this.#audit = { keys: 0, unread: 0, skipped };
      return;
    }
    const keys = this.#writtenKeys();
    const before = this.#readsOffered;
    let skipped: string | null = null;
    if (keys.length > 0) {
      const audit = { keys, runStartMs };
      const threads = new LoadThreads(auditPlan(plan), reference, this.#events(), audit);
      try {
        await threads.ready();
        threads.start();
        await threads.finished();
      } catch (error) {
        skipped = `the store could not be read at the end: ${(error as Error).message}`;
      } finally {
        await threads.terminate();
      }
    }
    const read = this.#readsOffered - before;
    this.#audit = { keys: keys.length, unread: Math.max(0, keys.length - read), skipped };
  }

  /** What the check of all that was recorded finds. */
  finish(): { verification: VerificationResult; violations: NamedViolation[] } {
    const skip = this.#names?.mixed ?? new Set<number>();
    const found = checkHistory(this.#history, { auditor: auditorNumber, skip });
    const { corrupt } = this.#mistakes.counts;
    const counts: Record<ViolationKind, number> = { ...found.counts, corrupt };
    const { staleness, reads, writes, keys, sampledOneIn, undecidedKeys } = found;
    const verification: VerificationResult = {
      keys,
      reads,
      writes,
      unseenReads: this.#unseenReads,
      sampledOneIn,
      undecidedKeys,
      audit: this.#audit,
      violations: counts,
      expected: [...this.#plan.expect],
      broken: brokenExpectations(this.#plan.expect, counts),
      staleness: stalenessOf(staleness, reads),
    };
    const violations = [...found.examples, ...this.#mistakes.kept].sort((a, b) => a.atSeconds - b.atSeconds);
    return { verification, violations: violations.map((one) => ({ ...one, key: this.#nameOf(one.key) })) };
  }

  get #readsOffered(): number {
    return this.#history.offered + this.#mistakes.counts.corrupt;
  }

  /** Of bytes what can be read of them; what cannot stands there as \xNN. */
  #nameOf(key: number): string {
    if (this.#names === undefined) return String(key);
    const bytes = this.#names.nameOf(key) ?? Buffer.alloc(0);
    return [...bytes]
      .map((byte) =>
        byte > 31 && byte < 127 && byte !== 92
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, '0')}`,
      )
      .join('');
  }

  #events(): ConstructorParameters<typeof LoadThreads>[2] {
    return { onWindow: () => {}, onSamples: () => {}, onOperations: (report) => this.add(report) };
  }

  #writtenKeys(): AuditPlan['keys'] {
    const { count, kind, key, returnUs } = this.#history;
    const keys = new Set<number>();
    for (let at = 0; at < count; at++)
      if (kind[at] !== kindRead && returnUs[at] !== Number.POSITIVE_INFINITY) keys.add(key[at]!);
    const names = this.#names;
    if (names === undefined) return [...keys];
    return [...keys].filter((key) => !names.mixed.has(key)).flatMap((key) => names.nameOf(key) ?? []);
  }

  #noteMistake(key: number, mistake: number, returnUs: number): void {
    const detail = (): string => `a read gave a value ${describeMistake(valueMistakes[mistake]!)}`;
    this.#mistakes.add('corrupt', key, returnUs / 1e6, detail);
  }
}

function describeMistake(mistake: (typeof valueMistakes)[number]): string {
  return mistake === 'torn' || mistake === 'foreign' ? `that is ${mistake}` : mistake;
}

function auditPlan(plan: BenchPlan): BenchPlan {
  // Integers are written as the run's generator writes them.
  const { keyGenerator = plan.keyGenerator } =
    plan.operations.find((one) => one.keyGenerator !== undefined) ?? {};
  return {
    ...plan,
    keyGenerator,
    operations: [{ name: 'get', weight: 1 }],
    mode: { kind: 'max', thinkTime: null },
    warmUpMs: 0,
    coolDownMs: 0,
    operationsMax: Number.POSITIVE_INFINITY,
    concurrentWorkers: Math.max(auditWorkersMin, plan.concurrentWorkers),
    sequentialIntStateDir: undefined,
    durationMs: auditMs,
    reportIntervalMs: auditMs,
    retries: { max: auditRetries, on: 'any' },
    shutdownOnError: false,
    trace: undefined,
    raw: false,
  };
}

function stalenessOf({ staleReads, agesMs, versionsBehind }: Staleness, reads: number) {
  return {
    staleReads,
    share: reads > 0 ? staleReads / reads : 0,
    ageMs: spread(agesMs),
    versionsBehind: spread(versionsBehind),
  };
}

function spread(values: readonly number[]): { p50: number; p99: number; max: number } | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1)! };
}
