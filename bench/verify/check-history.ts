// Checks a whole history, key by key: phantoms, sessions, freshness, linearizability, and what the final reads have
// not found. Sound: each finding follows from the times of calls and returns on one clock alone. Pure.
import { type History, kindRead } from './history.js';
import { groupByKey } from './key-groups.js';
import { initialValue, KeyWrites } from './key-writes.js';
import { NewerWrites } from './newer-writes.js';
import { searchOrder } from './search-order.js';
import { type Verification, type Violation, type ViolationKind, violationKinds } from './verification.js';
import { zoneConflict } from './zones.js';

const examplesMax = 20;
const versionsBehindMax = 1000;
/** Ages and distances of this many stale reads are kept. */
const stalenessMax = 100_000;

export interface CheckOptions {
  /** The worker whose reads came after all others had ended; -1 if there were none. */
  readonly auditor: number;
}

export function checkHistory(history: History, options: CheckOptions): Verification {
  const { order, starts } = groupByKey(history);
  const check = new Check(history, order, options);
  const keys = starts.length - 1;
  for (let i = 0; i < keys; i++) check.key(starts[i]!, starts[i + 1]!);
  return { keys, sampledOneIn: history.sampledOneIn, ...check.found() };
}

class Check {
  readonly #history: History;
  readonly #order: Int32Array;
  readonly #auditor: number;
  readonly #writes = new KeyWrites();
  readonly #newer = new NewerWrites();
  readonly #counts: Record<ViolationKind, number>;
  readonly #examples: Violation[] = [];
  readonly #staleness = { staleReads: 0, agesMs: [] as number[], versionsBehind: [] as number[] };
  /** By worker: the value that it has seen or written of the present key, and the key for which that holds. */
  readonly #seen = new Map<number, number>();
  readonly #written = new Map<number, number>();
  #undecidedKeys = 0;
  #reads = 0;
  #writeCount = 0;

  constructor(history: History, order: Int32Array, { auditor }: CheckOptions) {
    this.#history = history;
    this.#order = order;
    this.#auditor = auditor;
    this.#counts = Object.fromEntries(violationKinds.map((kind) => [kind, 0])) as Record<
      ViolationKind,
      number
    >;
  }

  found(): Omit<Verification, 'keys' | 'sampledOneIn'> {
    return {
      reads: this.#reads,
      writes: this.#writeCount,
      undecidedKeys: this.#undecidedKeys,
      counts: this.#counts,
      examples: this.#examples,
      staleness: this.#staleness,
    };
  }

  key(from: number, to: number): void {
    const writes = this.#writes;
    let hasPhantom = false;
    writes.load(this.#history, this.#order, from, to, (operation, mistake) => {
      hasPhantom = true;
      this.#violation('phantom', operation, `a read saw a value that was ${mistake}`);
    });
    this.#reads += this.#count(from, to);
    this.#writeCount += to - from - this.#count(from, to);
    // A delete leaves nothing to tell it by: what is newer than what is then for the search to say.
    if (writes.hasDeletes) {
      this.#searchKey(from, to, hasPhantom);
      return;
    }
    this.#newer.load(writes);
    this.#sessions(from, to);
    if (hasPhantom) return;
    const conflict = zoneConflict(writes);
    if (conflict === undefined) return;
    const [a, b] = conflict.map((value) => describe(writes, value));
    this.#violation('not-linearizable', this.#order[from]!, `${a} and ${b} cannot stand in any order`);
  }

  #searchKey(from: number, to: number, hasPhantom: boolean): void {
    if (hasPhantom) return;
    const result = searchOrder(this.#history, this.#order, from, to);
    if (result === 'unknown') this.#undecidedKeys++;
    else if (result === 'none')
      this.#violation(
        'not-linearizable',
        this.#order[from]!,
        'no order of its operations explains its reads',
      );
  }

  /** Walks through a key's operations in the order of their calls. */
  #sessions(from: number, to: number): void {
    this.#seen.clear();
    this.#written.clear();
    for (let i = from; i < to; i++) {
      const at = this.#order[i]!;
      if (this.#history.kind[at] === kindRead) this.#read(at);
      else this.#noteWrite(at);
    }
  }

  #noteWrite(at: number): void {
    const { worker, value, returnUs } = this.#history;
    // Only what was acknowledged must be seen; a worker has one operation at a time, so it is over at its next read.
    if (returnUs[at] === Number.POSITIVE_INFINITY) return;
    this.#written.set(worker[at]!, this.#writes.numberOf(value[at]!));
  }

  #read(at: number): void {
    const { worker, value, callUs } = this.#history;
    const seen = this.#writes.numberOf(value[at]!);
    if (seen < 0) return;
    const session = worker[at]!;
    const own = this.#written.get(session);
    if (own !== undefined && this.#isOlder(seen, own))
      this.#violation(
        'read-your-writes',
        at,
        `worker ${session} read something older than what it had written`,
      );
    const before = this.#seen.get(session);
    if (before !== undefined && this.#isOlder(seen, before))
      this.#violation('monotonic-reads', at, `worker ${session} read something older than what it had read`);
    this.#seen.set(session, seen);
    const overtakenUs = this.#newer.overtakenAtUs(seen);
    if (overtakenUs >= callUs[at]!) return;
    if (session === this.#auditor) {
      const lost = this.#newer.countBefore(seen, callUs[at]!, versionsBehindMax);
      this.#violation(
        'lost-write',
        at,
        `at the end the key held something older than ${lost} acknowledged ${lost === 1 ? 'write' : 'writes'}`,
      );
      return;
    }
    this.#stale(seen, callUs[at]!, overtakenUs);
  }

  #stale(seen: number, callUs: number, overtakenUs: number): void {
    const staleness = this.#staleness;
    staleness.staleReads++;
    if (staleness.agesMs.length >= stalenessMax) return;
    staleness.agesMs.push((callUs - overtakenUs) / 1000);
    staleness.versionsBehind.push(this.#newer.countBefore(seen, callUs, versionsBehindMax));
  }

  /** Whether value `a` was certainly written before value `b`: acknowledged before the other was called. */
  #isOlder(a: number, b: number): boolean {
    return a !== b && b !== initialValue && this.#writes.return[a]! < this.#writes.call[b]!;
  }

  #count(from: number, to: number): number {
    let reads = 0;
    for (let i = from; i < to; i++) if (this.#history.kind[this.#order[i]!] === kindRead) reads++;
    return reads;
  }

  #violation(kind: ViolationKind, operation: number, detail: string): void {
    this.#counts[kind]++;
    if (this.#counts[kind] > examplesMax) return;
    const { key, returnUs, callUs } = this.#history;
    const us = Number.isFinite(returnUs[operation]) ? returnUs[operation]! : callUs[operation]!;
    this.#examples.push({ kind, key: key[operation]!, atSeconds: us / 1e6, detail });
  }
}

function describe(writes: KeyWrites, value: number): string {
  if (value === initialValue) return 'what the key held at first';
  return `the value written at ${(writes.call[value]! / 1e6).toFixed(6)} s`;
}
