/**
 * What a member says of tombstones that another one wants to have reaped: which of them must stay, and under which
 * circumstances it has looked. The circumstances are a *stamp*: the same stamp twice means that nothing has happened
 * in between by which older data might have come, so the quarantine between the two looks was undisturbed.
 *
 * A member votes only while nothing is on its way to or from it: everybody is up, the ring is settled and nobody's
 * partition moves, nothing is refilled, repaired or handed over, and it holds no records of others' partitions.
 */
import { readChunk } from '../handoff/record-chunk.js';
import type { RingView } from '../handoff/ring-view.js';
import { compareVersions } from '../object/index.js';
import type { KeyPlacement, NodeName } from '../ring/index.js';
import { emptyRecordView, type RecordView, StorageError } from '../storage/index.js';
import type { Vnode, VnodeTable } from '../vnode/index.js';
import type { ReapAnswer } from './reap-message.js';

export interface ReapVotesOptions {
  readonly self: NodeName;
  /** The incarnation of this node. */
  readonly life: number;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly placement: KeyPlacement;
  lifeOf(member: NodeName): number | undefined;
  checksum(bytes: Buffer): number;
  /** Nothing is on its way from or to this node, and nothing waits to be. */
  isQuiet(): boolean;
}

export class ReapVotes {
  /** Tombstones that were reaped here. */
  reaped = 0;
  readonly #options: ReapVotesOptions;
  /** How often a member went down. */
  #downs = 0;

  constructor(options: ReapVotesOptions) {
    this.#options = options;
  }

  memberDown(): void {
    this.#downs++;
  }

  /** The circumstances now; undefined while nothing may be reaped. */
  stamp(): string | undefined {
    const { self, life, ring, lifeOf, checksum, isQuiet } = this.#options;
    const lives: string[] = [];
    for (const member of ring.everybody) {
      const itsLife = member === self ? life : lifeOf(member);
      if (itsLife === undefined) return undefined;
      lives.push(`${member} ${itsLife}`);
    }
    if (!ring.isSettled || !isQuiet()) return undefined;
    for (let position = 0; position < ring.ringSize; position++)
      if (ring.transitionOf(position) !== undefined) return undefined;
    return `${ring.epoch} ${this.#downs} ${checksum(Buffer.from(lives.join(',')))}`;
  }

  /** Which of the tombstones must stay. */
  check(records: Buffer): ReapAnswer {
    const stamp = this.stamp();
    if (stamp === undefined) return { why: 'something is on its way, or somebody is down' };
    const kept: number[] = [];
    let at = 0;
    const count = readChunk(records, 0, records.length, (keyStart, keyEnd, record) => {
      if (!record.tombstone || !this.#mayGo(records, keyStart, keyEnd, record)) kept.push(at);
      at++;
      return true;
    });
    return count < 0 ? { why: 'the tombstones cannot be read' } : { stamp, kept };
  }

  /** Deletes the tombstones, as long as nothing has happened since the stamp was given. */
  reap(records: Buffer, stamp: string): void {
    if (stamp !== this.stamp()) return;
    readChunk(records, 0, records.length, (keyStart, keyEnd, record) => {
      for (const vnode of this.#near(records, keyStart, keyEnd)) {
        if (!record.tombstone || !holdsExactly(vnode, records, keyStart, keyEnd, record)) continue;
        try {
          if (vnode.remove(records, keyStart, keyEnd)) this.reaped++;
        } catch (error) {
          // What cannot be deleted now stays, and is reaped another time.
          if (!(error instanceof StorageError)) throw error;
        }
      }
      return true;
    });
  }

  /** Every primary here has it, durably, or a newer record; and no vnode here has an older one. */
  #mayGo(key: Buffer, keyStart: number, keyEnd: number, tombstone: RecordView): boolean {
    const { ring, placement, self, vnodes } = this.#options;
    const home = placement.position(key, keyStart, keyEnd);
    const copies = Math.min(ring.n, ring.members.length);
    for (let step = 0; step < copies; step++) {
      const position = (home + step) & (ring.ringSize - 1);
      if (ring.ownerOf(position) === self && vnodes.existing(position) === undefined) return false;
    }
    return this.#near(key, keyStart, keyEnd).every((vnode) => {
      const step = (vnode.position - home) & (ring.ringSize - 1);
      const isPrimary = step < copies && ring.ownerOf(vnode.position) === self;
      const held = heldIn(vnode, key, keyStart, keyEnd);
      if (held === 'unreadable') return false;
      if (held === 'nothing') return !isPrimary;
      const { version, versionOffset } = found;
      const order = compareVersions(version, versionOffset, tombstone.version, tombstone.versionOffset);
      return order >= 0 && vnode.storage.isDurable(key, keyStart, keyEnd);
    });
  }

  /** The vnodes here that may hold a key. */
  #near(key: Buffer, keyStart: number, keyEnd: number): Vnode[] {
    const { ring, placement, vnodes } = this.#options;
    const home = placement.position(key, keyStart, keyEnd);
    const near: Vnode[] = [];
    for (let step = 0; step < ring.n; step++) {
      const vnode = vnodes.existing((home + step) & (ring.ringSize - 1));
      if (vnode !== undefined) near.push(vnode);
    }
    return near;
  }
}

/** What a vnode holds of a key; `found` is then the record. */
function heldIn(vnode: Vnode, key: Buffer, start: number, end: number): 'record' | 'nothing' | 'unreadable' {
  try {
    return vnode.storage.get(key, start, end, found) ? 'record' : 'nothing';
  } catch (error) {
    if (error instanceof StorageError) return 'unreadable';
    throw error;
  }
}

function holdsExactly(vnode: Vnode, key: Buffer, start: number, end: number, record: RecordView): boolean {
  if (heldIn(vnode, key, start, end) !== 'record' || !found.tombstone) return false;
  return compareVersions(found.version, found.versionOffset, record.version, record.versionOffset) === 0;
}

// One view for all calls: nothing here is asynchronous.
const found: RecordView = emptyRecordView();
