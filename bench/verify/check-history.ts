// Checks a whole history, key by key: phantoms, sessions, freshness, linearizability, and what the final reads have
// not found. Sound: each finding follows from the times of calls and returns on one clock alone. Pure.
import { type History, kindRead, sawNothing } from './history.js';
import { groupByKey } from './key-groups.js';
import { initialValue, KeyWrites } from './key-writes.js';
import { NewerWrites } from './newer-writes.js';
import { searchOrder } from './search-order.js';
import type { Verification, ViolationKind } from './verification.js';
import { ViolationList } from './violation-list.js';
import { zoneConflict } from './zones.js';

const versionsBehindMax = 1000;
/** Ages and distances of this many stale reads are kept. */
const stalenessMax = 100_000;

export interface CheckOptions {
  /** The worker whose reads came after all others had ended; -1 if there were none. */
  readonly auditor: number;
  /** Keys of which nothing can be said. */
  readonly skip?: ReadonlySet<number>;
}

export function checkHistory(history: History, options: CheckOptions): Verification {
  const { order, starts } = groupByKey(history);
  const check = new Check(history, order, options);
  const keys = starts.length - 1;
  let skipped = 0;
  for (let i = 0; i < keys; i++) {
    if (options.skip?.has(history.key[order[starts[i]!]!]!) === true) skipped++;
    else check.key(starts[i]!, starts[i + 1]!);
  }
  return { keys: keys - skipped, sampledOneIn: history.sampledOneIn, ...check.found() };
}

class Check {
  readonly #history: History;
  readonly #order: Int32Array;
  readonly #auditor: number;
  readonly #writes = new KeyWrites();
  readonly #newer = new NewerWrites();
  readonly #violations = new ViolationList();
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
  }

  found(): Omit<Verification, 'keys' | 'sampledOneIn'> {
    return {
      reads: this.#reads,
      writes: this.#writeCount,
      undecidedKeys: this.#undecidedKeys,
      counts: this.#violations.counts,
      examples: this.#violations.kept,
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
    this.#newer.load(writes);
    this.#sessions(from, to);
    if (hasPhantom) return;
    // A read that finds nothing does not say after which delete; where those are, the search must say what is possible.
    if (writes.hasDeletes) this.#searchKey(from, to);
    else this.#zones(from);
  }

  #zones(from: number): void {
    const writes = this.#writes;
    const conflict = zoneConflict(writes);
    if (conflict === undefined) return;
    const [first, second] = conflict;
    // The moment at which the second of them was there as well.
    const us = Math.max(writes.last[first]!, writes.last[second]!);
    const detail = (): string =>
      `${describe(writes, first)} and ${describe(writes, second)} cannot stand in any order`;
    this.#violations.add('not-linearizable', this.#history.key[this.#order[from]!]!, us / 1e6, detail);
  }

  #searchKey(from: number, to: number): void {
    const result = searchOrder(this.#history, this.#order, from, to);
    if (result === 'unknown') this.#undecidedKeys++;
    else if (result === 'none')
      this.#violation(
        'not-linearizable',
        this.#order[to - 1]!,
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
    this.#written.set(worker[at]!, this.#writes.numberOfWrite(at, value[at]!));
  }

  #read(at: number): void {
    const { worker, value, callUs, returnUs } = this.#history;
    const writes = this.#writes;
    const isNothing = value[at] === sawNothing;
    // Of all that may have emptied the key, the one that speaks most for the store.
    const seen = isNothing ? writes.emptiedBefore(returnUs[at]!) : writes.numberOf(value[at]!);
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
    // Nothing that was read where there are deletes may be any of them: later reads are measured by none.
    if (!isNothing || !writes.hasDeletes) this.#seen.set(session, seen);
    const overtakenUs = this.#newer.overtakenAtUs(seen);
    if (overtakenUs >= callUs[at]!) return;
    if (session === this.#auditor) {
      this.#lost(at, seen, overtakenUs);
      return;
    }
    this.#stale(seen, callUs[at]!, overtakenUs);
  }

  /** Stands at the moment when the write that is gone was acknowledged: the audit comes after all else. */
  #lost(at: number, seen: number, overtakenUs: number): void {
    const { key, callUs } = this.#history;
    const detail = (): string => {
      const lost = this.#newer.countBefore(seen, callUs[at]!, versionsBehindMax);
      return `at the end the key held something older than ${lost} acknowledged ${lost === 1 ? 'write' : 'writes'}`;
    };
    this.#violations.add('lost-write', key[at]!, overtakenUs / 1e6, detail);
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
    const { key, returnUs, callUs } = this.#history;
    const us = Number.isFinite(returnUs[operation]) ? returnUs[operation]! : callUs[operation]!;
    this.#violations.add(kind, key[operation]!, us / 1e6, () => detail);
  }
}

function describe(writes: KeyWrites, value: number): string {
  if (value === initialValue) return 'what the key held at first';
  return `the value written at ${(writes.call[value]! / 1e6).toFixed(6)} s`;
}
