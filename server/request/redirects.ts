/**
 * Who else can answer a plain request when vnodes of it are lost or slow: fallbacks, if they count. They are asked
 * the same, for a write under the same version, so it does not matter if the first one has it after all.
 */
import { type ByteRange, emptyRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import { versionBytes } from '../object/index.js';
import { PreferenceList } from '../ring/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import { replicasMax } from './quorum.js';
import type { ReplicaMessages } from './replica-messages.js';
import type { RequestBytes } from './request-bytes.js';
import type { RingHolder } from './request-ring.js';
import { entryFailed, entryPending, type RequestTable } from './request-table.js';

export interface RedirectsOptions {
  table: RequestTable<unknown>;
  bytes: RequestBytes;
  rings: RingHolder;
  isUp: Uint8Array;
  messages: ReplicaMessages;
  /** Only primaries count: nobody stands in. */
  isStrict: boolean;
  /** A vnode is slow when it has not answered for so long, and its member has said nothing either. */
  hedgeMs: number;
  /** When something was last heard of a member. */
  heardMs(member: number): number;
  /** Replicas of the key differ. */
  repair(key: ByteRange): void;
}

export class Redirects {
  /** Vnodes that were asked in place of others. */
  redirected = 0;
  readonly #options: RedirectsOptions;
  readonly #list = new PreferenceList(replicasMax);
  /** Filled in again for each use. */
  #isAvailable: Uint8Array = new Uint8Array(0);
  readonly #key = emptyRange();
  readonly #value = emptyRange();
  readonly #record: RecordView = emptyRecordView();
  readonly #ref: RequestRef = { slot: 0, generation: 0 };

  constructor(options: RedirectsOptions) {
    this.#options = options;
  }

  /** Keeps what is needed to ask others: call when a request has its slot. */
  keep(slot: number, position: number, copies: number, key: ByteRange, record: RecordView | undefined): void {
    const { table, bytes } = this.#options;
    table.keyPosition[slot] = position;
    table.copies[slot] = copies;
    table.keyBytes[slot] = key.end - key.start;
    if (record === undefined) {
      table.valueBytes[slot] = 0;
      table.keptAt[slot] = bytes.keep(key, key.bytes, 0, 0);
      return;
    }
    const { value, valueStart, valueEnd } = record;
    table.valueBytes[slot] = valueEnd - valueStart;
    table.keptAt[slot] = bytes.keep(key, value, valueStart, valueEnd);
    table.setVersion(slot, record.version, record.versionOffset);
    table.bestTombstone[slot] = record.tombstone ? 1 : 0;
    table.bestExpiresMs[slot] = record.expiresMs;
  }

  /** Replicas of a slot's key differ. */
  repair(slot: number): void {
    const { table, bytes, repair } = this.#options;
    if (bytes.view(table.keptAt[slot]!, 0, table.keyBytes[slot]!, this.#key)) repair(this.#key);
  }

  /** Asks fallbacks in the place of vnodes that have failed since their members went down. */
  replaceLost(slot: number): void {
    const { isStrict, isUp } = this.#options;
    if (!isStrict) this.#ask(slot, isUp, false);
  }

  /**
   * Asks fallbacks on further members beside vnodes that are slow: once, and for a get only when another has
   * answered, since a fallback that knows nothing says nothing about a primary that may.
   */
  hedge(slot: number, nowMs: number, begunMs: number): void {
    const { table, isUp, isStrict, hedgeMs, heardMs } = this.#options;
    if (isStrict || table.isHedged[slot] === 1 || nowMs - begunMs < hedgeMs) return;
    if (table.isWrite[slot] === 0 && table.answered[slot] === 0) return;
    if (this.#isAvailable.length === 0) this.#isAvailable = new Uint8Array(isUp.length);
    const isAvailable = this.#isAvailable;
    let isSlow = false;
    const first = slot * replicasMax;
    for (let entry = first; entry < first + table.entries[slot]!; entry++) {
      const member = table.entryMember[entry]!;
      if (table.entryState[entry] !== entryPending || nowMs - heardMs(member) < hedgeMs) continue;
      if (!isSlow) isAvailable.set(isUp);
      isSlow = true;
      isAvailable[member] = 0;
    }
    if (!isSlow) return;
    table.isHedged[slot] = 1;
    this.#ask(slot, isAvailable, true);
  }

  /** Asks whoever is in the list now and was not asked before; as a hedge, only members that are new to it. */
  #ask(slot: number, isAvailable: Uint8Array, isHedge: boolean): void {
    const { table, rings, messages } = this.#options;
    if (!this.#view(slot)) return;
    const ref = this.#ref;
    ref.slot = slot;
    ref.generation = table.generation[slot]!;
    const list = this.#list;
    rings.current.lists.select(table.keyPosition[slot]!, table.copies[slot]!, isAvailable, list);
    const isWrite = table.isWrite[slot] === 1;
    for (let i = 0; i < list.count; i++) {
      const [member, position] = [list.members[i]!, list.positions[i]!];
      if (this.#isKnown(slot, member, isHedge ? -1 : position)) continue;
      if (!this.#enter(slot, member, position, list.isPrimary[i]!)) return;
      this.redirected++;
      if (isWrite) messages.sendPut(member, ref, position, this.#key, this.#record);
      else messages.sendGet(member, ref, position, this.#key, 0);
      // This node's own vnode answers at once, and that may have been enough.
      if (!table.isCurrent(ref) || table.isLingering[slot] === 1) return;
    }
  }

  /** Points at what was kept of a request; false if it is gone. */
  #view(slot: number): boolean {
    const { table, bytes } = this.#options;
    const [at, keyBytes] = [table.keptAt[slot]!, table.keyBytes[slot]!];
    if (!bytes.view(at, 0, keyBytes, this.#key)) return false;
    bytes.view(at, keyBytes, table.valueBytes[slot]!, this.#value);
    const record = this.#record;
    record.version = table.bestVersion;
    record.versionOffset = slot * versionBytes;
    record.tombstone = table.bestTombstone[slot] === 1;
    record.expiresMs = table.bestExpiresMs[slot]!;
    record.value = this.#value.bytes;
    record.valueStart = this.#value.start;
    record.valueEnd = this.#value.end;
    return true;
  }

  /** Whether a vnode was asked and is not lost; at any position if that is -1. */
  #isKnown(slot: number, member: number, position: number): boolean {
    const { table } = this.#options;
    const first = slot * replicasMax;
    for (let entry = first; entry < first + table.entries[slot]!; entry++) {
      if (table.entryMember[entry] !== member) continue;
      if (position < 0 || table.entryPosition[entry] === position) return true;
    }
    return false;
  }

  /** Takes the place of a vnode that has failed, or one more. */
  #enter(slot: number, member: number, position: number, isPrimary: number): boolean {
    const { table } = this.#options;
    const first = slot * replicasMax;
    const end = first + table.entries[slot]!;
    for (let entry = first; entry < end; entry++) {
      if (table.entryState[entry] !== entryFailed) continue;
      table.mayBeStored[slot] = 1;
      table.setEntry(entry, member, position, isPrimary);
      return true;
    }
    if (table.entries[slot]! >= replicasMax) return false;
    table.addEntry(slot, member, position, isPrimary);
    return true;
  }
}
