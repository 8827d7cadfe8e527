/**
 * The requests that wait for other members, as a struct of arrays: a request is a slot, and nothing is
 * allocated for it. A slot's generation tells its requests apart, so that a late reply matches nothing;
 * generations begin at random, so that replies to a former life of the node match nothing either.
 */
import assert from 'node:assert/strict';
import type { RequestRef } from '../link/index.js';
import { versionBytes } from '../object/index.js';
import type { RecordView } from '../storage/index.js';
import { replicasMax } from './quorum.js';

export const entryPending = 0;
export const entryOk = 1;
export const entryFailed = 2;
/** Certainly not done: a write has not changed anything there. */
export const entryRefused = 3;

/** What the best reply of a get was so far, worst first. */
export const bestNone = 0;
export const bestMissing = 1;
export const bestRecord = 2;

export class RequestTable<Client> {
  readonly capacity: number;
  /** The client of a slot; undefined marks a slot that is free, or listens on after its answer. */
  readonly client: (Client | undefined)[];
  readonly generation: Uint32Array;
  readonly ticket: Int32Array;
  readonly form: Int32Array;
  readonly isWrite: Uint8Array;
  readonly deadlineMs: Float64Array;
  /** Distinct members that must answer, and that have. */
  readonly needed: Uint8Array;
  readonly answered: Uint8Array;
  /** A delete met a value. */
  readonly existed: Uint8Array;
  /** The preference list: entries `slot * replicasMax` and on, `entries[slot]` of them. */
  readonly entries: Uint8Array;
  readonly entryMember: Int16Array;
  readonly entryPosition: Int16Array;
  readonly entryState: Uint8Array;
  readonly entryIsPrimary: Uint8Array;
  /** For asking others: the position of the key, how many copies, and where its bytes are kept. */
  readonly keyPosition: Int16Array;
  readonly copies: Uint8Array;
  readonly keptAt: Float64Array;
  readonly keyBytes: Uint32Array;
  readonly valueBytes: Uint32Array;
  /** Slow vnodes were hedged. */
  readonly isHedged: Uint8Array;
  /** A vnode that was sent the write, and may have it, was replaced by another in the list. */
  readonly mayBeStored: Uint8Array;
  /** The get has answered, and listens on for late replies. */
  readonly isLingering: Uint8Array;
  /** Replicas that answered a get differ. */
  readonly isUneven: Uint8Array;
  /** The newest reply so far, and who sent it; of a write, the version, whether it is a tombstone, and its expiry. */
  readonly best: Uint8Array;
  readonly bestMember: Int16Array;
  readonly bestPosition: Int16Array;
  readonly bestTombstone: Uint8Array;
  readonly bestExpiresMs: Float64Array;
  readonly bestVersion: Buffer;
  readonly bestValue: (Buffer | undefined)[];

  readonly #free: Int32Array;
  #freeCount: number;
  /** No slot at or above this was ever used: what has to be looked at. */
  #usedEnd = 0;

  constructor(capacity: number, random: () => number) {
    this.capacity = capacity;
    this.client = new Array<Client | undefined>(capacity).fill(undefined);
    this.generation = Uint32Array.from({ length: capacity }, () => Math.floor(random() * 0x1_0000_0000));
    this.ticket = new Int32Array(capacity);
    this.form = new Int32Array(capacity);
    this.isWrite = new Uint8Array(capacity);
    this.deadlineMs = new Float64Array(capacity);
    this.needed = new Uint8Array(capacity);
    this.answered = new Uint8Array(capacity);
    this.existed = new Uint8Array(capacity);
    this.entries = new Uint8Array(capacity);
    this.entryMember = new Int16Array(capacity * replicasMax);
    this.entryPosition = new Int16Array(capacity * replicasMax);
    this.entryState = new Uint8Array(capacity * replicasMax);
    this.entryIsPrimary = new Uint8Array(capacity * replicasMax);
    this.keyPosition = new Int16Array(capacity);
    this.copies = new Uint8Array(capacity);
    this.keptAt = new Float64Array(capacity);
    this.keyBytes = new Uint32Array(capacity);
    this.valueBytes = new Uint32Array(capacity);
    this.isHedged = new Uint8Array(capacity);
    this.mayBeStored = new Uint8Array(capacity);
    this.isLingering = new Uint8Array(capacity);
    this.isUneven = new Uint8Array(capacity);
    this.best = new Uint8Array(capacity);
    this.bestMember = new Int16Array(capacity);
    this.bestPosition = new Int16Array(capacity);
    this.bestTombstone = new Uint8Array(capacity);
    this.bestExpiresMs = new Float64Array(capacity);
    this.bestVersion = Buffer.alloc(capacity * versionBytes);
    this.bestValue = new Array<Buffer | undefined>(capacity).fill(undefined);
    // The lowest slot is used first, so that a quiet node looks at few.
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  get isFull(): boolean {
    return this.#freeCount === 0;
  }

  /** Requests that wait, and those that listen on. */
  get count(): number {
    return this.capacity - this.#freeCount;
  }

  /** One more than the highest slot that may be in use. */
  get usedEnd(): number {
    return this.#usedEnd;
  }

  /** Takes a slot for a client; the table must not be full. The caller fills in the rest. */
  take(client: Client): number {
    assert(this.#freeCount > 0, 'the request table is full');
    const slot = this.#free[--this.#freeCount]!;
    if (slot >= this.#usedEnd) this.#usedEnd = slot + 1;
    this.client[slot] = client;
    this.answered[slot] = 0;
    this.existed[slot] = 0;
    this.entries[slot] = 0;
    this.best[slot] = bestNone;
    this.isHedged[slot] = 0;
    this.mayBeStored[slot] = 0;
    this.isUneven[slot] = 0;
    return slot;
  }

  release(slot: number): void {
    this.client[slot] = undefined;
    this.bestValue[slot] = undefined;
    this.isLingering[slot] = 0;
    this.generation[slot]!++;
    this.#free[this.#freeCount++] = slot;
  }

  /** Whether a reference that came back from another member is of a request that still waits, or listens. */
  isCurrent(ref: RequestRef): boolean {
    return (
      ref.slot < this.capacity &&
      (this.client[ref.slot] !== undefined || this.isLingering[ref.slot] === 1) &&
      this.generation[ref.slot] === ref.generation
    );
  }

  /** Adds a vnode that is asked, and returns its entry; there must be room. */
  addEntry(slot: number, member: number, position: number, isPrimary: number): number {
    const entry = slot * replicasMax + this.entries[slot]!++;
    this.setEntry(entry, member, position, isPrimary);
    return entry;
  }

  setEntry(entry: number, member: number, position: number, isPrimary: number): void {
    this.entryMember[entry] = member;
    this.entryPosition[entry] = position;
    this.entryState[entry] = entryPending;
    this.entryIsPrimary[entry] = isPrimary;
  }

  /** Whether some vnode has not answered. */
  isPending(slot: number): boolean {
    const first = slot * replicasMax;
    for (let entry = first; entry < first + this.entries[slot]!; entry++)
      if (this.entryState[entry] === entryPending) return true;
    return false;
  }

  /** Copies a version as that of the newest reply, or of the write. */
  setVersion(slot: number, version: Buffer, offset: number): void {
    const target = this.bestVersion;
    const at = slot * versionBytes;
    for (let i = 0; i < versionBytes; i++) target[at + i] = version[offset + i]!;
  }

  /** The pending entry of a vnode, or -1: it was never asked, or has answered already. */
  pendingEntry(slot: number, member: number, position: number): number {
    const first = slot * replicasMax;
    const end = first + this.entries[slot]!;
    for (let entry = first; entry < end; entry++) {
      if (
        this.entryMember[entry] === member &&
        this.entryPosition[entry] === position &&
        this.entryState[entry] === entryPending
      )
        return entry;
    }
    return -1;
  }

  /** Whether every vnode that was asked has refused. */
  allRefused(slot: number): boolean {
    if (this.mayBeStored[slot] === 1) return false;
    const first = slot * replicasMax;
    for (let entry = first; entry < first + this.entries[slot]!; entry++)
      if (this.entryState[entry] !== entryRefused) return false;
    return true;
  }

  /** Notes an entry's success; it counts if its member had not been counted before. */
  markOk(slot: number, entry: number): void {
    const member = this.entryMember[entry]!;
    if (!this.#hasEntry(slot, member, entryOk)) this.answered[slot]!++;
    this.entryState[entry] = entryOk;
  }

  /** Fails a member's pending entries; returns whether there were any. */
  failEntries(slot: number, member: number): boolean {
    let changed = false;
    const first = slot * replicasMax;
    for (let entry = first; entry < first + this.entries[slot]!; entry++) {
      if (this.entryMember[entry] !== member || this.entryState[entry] !== entryPending) continue;
      this.entryState[entry] = entryFailed;
      changed = true;
    }
    return changed;
  }

  /** Copies the record as the newest so far, but for its version. */
  keepBest(slot: number, record: RecordView): void {
    const { value, valueStart, valueEnd } = record;
    this.bestTombstone[slot] = record.tombstone ? 1 : 0;
    this.bestExpiresMs[slot] = record.expiresMs;
    const copy = Buffer.allocUnsafe(valueEnd - valueStart);
    value.copy(copy, 0, valueStart, valueEnd);
    this.bestValue[slot] = copy;
  }

  /** Points `out` at the newest record so far. */
  viewBest(slot: number, out: RecordView): void {
    const value = this.bestValue[slot] ?? nothing;
    out.version = this.bestVersion;
    out.versionOffset = slot * versionBytes;
    out.tombstone = this.bestTombstone[slot] === 1;
    out.expiresMs = this.bestExpiresMs[slot]!;
    out.value = value;
    out.valueStart = 0;
    out.valueEnd = value.length;
  }

  /** How many distinct members may still be counted, with those that were. */
  reachable(slot: number): number {
    let members = this.answered[slot]!;
    const first = slot * replicasMax;
    const end = first + this.entries[slot]!;
    for (let entry = first; entry < end; entry++) {
      if (this.entryState[entry] !== entryPending) continue;
      const member = this.entryMember[entry]!;
      if (this.#hasEntry(slot, member, entryOk)) continue;
      let isFirst = true;
      for (let before = first; before < entry; before++) {
        if (this.entryState[before] === entryPending && this.entryMember[before] === member) isFirst = false;
      }
      if (isFirst) members++;
    }
    return members;
  }

  #hasEntry(slot: number, member: number, state: number): boolean {
    const first = slot * replicasMax;
    const end = first + this.entries[slot]!;
    for (let entry = first; entry < end; entry++)
      if (this.entryMember[entry] === member && this.entryState[entry] === state) return true;
    return false;
  }
}

const nothing = Buffer.alloc(0);
