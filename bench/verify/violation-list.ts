// Violations as they are found: all are counted, and so many are kept that charts can mark every moment at which there
// were any. Pure.
import { type Violation, type ViolationKind, violationKinds } from './verification.js';

/** Kept of each kind whenever they were, and beyond that one per tenth of a second. */
const firstMax = 20;
const perTenthMax = 1000;

export class ViolationList {
  readonly counts: Record<ViolationKind, number>;
  readonly #kept: Violation[] = [];
  readonly #tenths = new Map<ViolationKind, Set<number>>();

  constructor() {
    const none = violationKinds.map((kind) => [kind, 0] as const);
    this.counts = Object.fromEntries(none) as Record<ViolationKind, number>;
  }

  /** `detail` is asked for only if it is kept. */
  add(kind: ViolationKind, key: number, atSeconds: number, detail: () => string): void {
    this.counts[kind]++;
    let tenths = this.#tenths.get(kind);
    if (tenths === undefined) {
      tenths = new Set();
      this.#tenths.set(kind, tenths);
    }
    const tenth = Math.floor(atSeconds * 10);
    const isFirst = this.counts[kind] <= firstMax;
    if (!isFirst && (tenths.has(tenth) || tenths.size >= perTenthMax)) return;
    tenths.add(tenth);
    this.#kept.push({ kind, key, atSeconds, detail: detail() });
  }

  /** In the order of their times. */
  get kept(): Violation[] {
    return [...this.#kept].sort((a, b) => a.atSeconds - b.atSeconds);
  }
}
