/**
 * Has the tombstones reaped of the keys whose home partition this node owns. It walks through its vnodes, a little in
 * each tick, and takes tombstones that are old enough in batches through three steps:
 *
 *   check       every member says which of them must stay, and under which circumstances it has looked
 *   quarantine  longer than anything can take that was on its way then
 *   check       once more: the same circumstances, everywhere?
 *   reap        whoever still finds them so deletes what all have agreed on
 *
 * Whatever happens in between ends the batch; its tombstones are found again. Why no deleted key can come back by
 * this is written in ARCHITECTURE.md, Tombstones.
 */
import { ChunkBuilder, readChunk } from '../handoff/record-chunk.js';
import type { RingView } from '../handoff/ring-view.js';
import { versionMs } from '../object/index.js';
import type { KeyPlacement, NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { ReapAnswer, ReapAsk } from './reap-message.js';

/** What one batch takes at most: some hundred keys, so that to check them takes no more than a part of a tick. */
const batchBytes = 16 * 1024;
/** Batches in quarantine at once. */
const batchesMax = 64;
/** Records that are looked at in one tick. */
const walkRecords = 250;
/** Who has not answered by then has not agreed. */
const answerMs = 5000;
/** The wait between two walks through all vnodes, beside that for the batches of the first. */
const restMs = 2000;

export interface TombstoneReaperOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly placement: KeyPlacement;
  /** See HandoffLimits. */
  graceMs(): number;
  quarantineMs(): number;
  nowMs(): number;
  wallMs(): number;
  /** Whether this node itself would agree to anything now. */
  isQuiet(): boolean;
  /** Asks a member, perhaps this node; its answer to a check comes to `onAnswer` with this number. */
  ask(member: NodeName, id: number, ask: ReapAsk): void;
}

interface Batch {
  readonly id: number;
  readonly records: Buffer;
  readonly count: number;
  /** Members that have not answered the check that is under way. */
  awaited: Set<NodeName>;
  /** By member: its stamp at the first check. */
  readonly stamps: Map<NodeName, string>;
  readonly kept: Set<number>;
  isSecond: boolean;
  /** When the check has failed, or the quarantine ends. */
  dueMs: number;
}

export class TombstoneReaper {
  readonly #options: TombstoneReaperOptions;
  readonly #batches = new Map<number, Batch>();
  #nextId = 1;
  #walkAtMs: number;
  /** The vnode that is walked through, and the last key that was passed there. */
  #position = 0;
  #after: Buffer | undefined;
  #chunk = new ChunkBuilder(batchBytes);

  constructor(options: TombstoneReaperOptions) {
    this.#options = options;
    this.#walkAtMs = options.nowMs() + restMs;
  }

  /** Something has happened that may bring older data: whatever has been agreed on is not agreed on any more. */
  disturbed(): void {
    this.#batches.clear();
    this.#chunk = new ChunkBuilder(batchBytes);
    this.#position = 0;
    this.#after = undefined;
    this.#walkAtMs = this.#options.nowMs() + restMs;
  }

  step(): void {
    const { nowMs, graceMs, isQuiet } = this.#options;
    if (graceMs() === 0) return;
    for (const batch of this.#batches.values()) if (nowMs() >= batch.dueMs) this.#due(batch);
    if (nowMs() < this.#walkAtMs || this.#batches.size >= batchesMax || !isQuiet()) return;
    this.#walk();
  }

  onAnswer(from: NodeName, id: number, answer: ReapAnswer): void {
    const batch = this.#batches.get(id);
    if (batch?.awaited.delete(from) !== true) return;
    const isSame = 'stamp' in answer && (!batch.isSecond || batch.stamps.get(from) === answer.stamp);
    if (!isSame) {
      this.#batches.delete(id);
      return;
    }
    batch.stamps.set(from, answer.stamp);
    for (const at of answer.kept) batch.kept.add(at);
    if (batch.kept.size >= batch.count) this.#batches.delete(id);
    else if (batch.awaited.size === 0 && batch.isSecond) this.#reap(batch);
    else if (batch.awaited.size === 0) batch.dueMs = this.#options.nowMs() + this.#options.quarantineMs();
  }

  #due(batch: Batch): void {
    if (batch.awaited.size > 0) {
      this.#batches.delete(batch.id);
      return;
    }
    batch.isSecond = true;
    this.#check(batch);
  }

  /** Looks at some records of one vnode. */
  #walk(): void {
    const { ring, self, vnodes, nowMs, quarantineMs } = this.#options;
    for (; this.#position < ring.ringSize; this.#position++) {
      const storage = vnodes.existing(this.#position)?.storage;
      if (storage === undefined || ring.ownerOf(this.#position) !== self) continue;
      if (storage.count > storage.liveCount && this.#walkOn(this.#position)) return;
      this.#after = undefined;
    }
    this.#send();
    this.#position = 0;
    this.#walkAtMs = nowMs() + restMs + (this.#batches.size > 0 ? quarantineMs() + 2 * answerMs : 0);
  }

  /** Returns whether there is more in this vnode. */
  #walkOn(position: number): boolean {
    const { vnodes, placement, wallMs, graceMs } = this.#options;
    const untilMs = wallMs() - graceMs();
    let last: Buffer | undefined;
    const hasMore = vnodes.at(position).storage.scan(this.#after, walkRecords, (key, record) => {
      if (this.#chunk.isFull) return;
      const isOld = record.tombstone && versionMs(record.version, record.versionOffset) <= untilMs;
      const isWanted = isOld && placement.position(key, 0, key.length) === position;
      if (!isWanted || this.#chunk.add(key, 0, key.length, record)) last = key;
    });
    if (last !== undefined) this.#after = Buffer.from(last);
    if (!this.#chunk.isFull) return hasMore;
    this.#send();
    return true;
  }

  #send(): void {
    const chunk = this.#chunk;
    if (chunk.count === 0) return;
    this.#chunk = new ChunkBuilder(batchBytes);
    const batch: Batch = {
      id: this.#nextId++,
      records: Buffer.from(chunk.bytes),
      count: chunk.count,
      awaited: new Set(),
      stamps: new Map(),
      kept: new Set(),
      isSecond: false,
      dueMs: 0,
    };
    this.#batches.set(batch.id, batch);
    this.#check(batch);
  }

  #check(batch: Batch): void {
    const { ring, nowMs, ask } = this.#options;
    batch.awaited = new Set(ring.everybody);
    batch.dueMs = nowMs() + answerMs;
    for (const member of ring.everybody)
      ask(member, batch.id, { reaps: false, stamp: '', records: batch.records });
  }

  #reap(batch: Batch): void {
    const { ask } = this.#options;
    this.#batches.delete(batch.id);
    const agreed = new ChunkBuilder(batchBytes);
    let at = 0;
    readChunk(batch.records, 0, batch.records.length, (keyStart, keyEnd, record) => {
      if (!batch.kept.has(at++)) agreed.add(batch.records, keyStart, keyEnd, record);
      return true;
    });
    for (const [member, stamp] of batch.stamps)
      ask(member, batch.id, { reaps: true, stamp, records: agreed.bytes });
  }
}
