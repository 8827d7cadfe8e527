// What checking a history has found, as data for results.json. Every kind of violation has a name, a count, and some
// examples; what could not be decided is counted as such.

/**
 * - phantom: a read saw a value that nobody had written, or that was not written yet.
 * - corrupt: a value was torn, mixed with another, or belongs to another key.
 * - read-your-writes: a worker did not see its own acknowledged write, nor one that may be newer.
 * - monotonic-reads: a worker saw a value, and later one that was certainly older.
 * - not-linearizable: the operations of a key cannot stand in any one order; one for each such key.
 * - lost-write: when all was over, the key held something certainly older than an acknowledged write.
 */
export const violationKinds = [
  'phantom',
  'corrupt',
  'read-your-writes',
  'monotonic-reads',
  'not-linearizable',
  'lost-write',
] as const;
export type ViolationKind = (typeof violationKinds)[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly key: number;
  /** When it was seen, in seconds since the start of the run. */
  readonly atSeconds: number;
  readonly detail: string;
}

export interface Staleness {
  /** Reads that returned a value, or nothing, although a newer write had been acknowledged before they began. */
  staleReads: number;
  /** Milliseconds between that acknowledgement and the call of the read, of each stale read. */
  agesMs: number[];
  /** Acknowledged newer writes, of each stale read; counted up to `versionsBehindMax`. */
  versionsBehind: number[];
}

export interface Verification {
  readonly keys: number;
  readonly reads: number;
  readonly writes: number;
  /** One in so many keys was checked. */
  readonly sampledOneIn: number;
  /** Keys of which it could not be decided if they are linearizable: deleted ones, with too much at once or too many operations. */
  readonly undecidedKeys: number;
  readonly counts: Readonly<Record<ViolationKind, number>>;
  /** The first ones of each kind, and of the later ones one per tenth of a second. */
  readonly examples: readonly Violation[];
  readonly staleness: Staleness;
}
