/**
 * The records of a partition that goes to its next owner: first all that are there, in the order of the scan,
 * and from the first of them on every key that is written, with the record that it has when it is sent. So
 * however long the transfer takes, and for as long as it follows, the receiver lags behind by what is on its way.
 *
 * It outlives the transfers that send it: after one has failed, the next goes on behind the last record that
 * was acknowledged, unless the receiver has lost its data.
 *
 * When the receiver has become the owner, the source drains: what the receiver is known to have is deleted here,
 * and what is still written goes there first.
 */
import { emptyRecordView, StorageError } from '../storage/index.js';
import type { Vnode } from '../vnode/index.js';
import { deleteUnchanged } from './delete-unchanged.js';
import { PartitionScan } from './partition-scan.js';
import type { ChunkBuilder } from './record-chunk.js';
import { type FollowingSource, UnreadableRecordError } from './record-source.js';

/**
 * What a chunk on its way holds: what the scan found up to a key; keys that had changed, up to a serial number;
 * or what is being sent again in any case.
 */
type Sent =
  | { readonly kind: 'scanned'; readonly after: Buffer | undefined }
  | { readonly kind: 'changed'; readonly keys: readonly string[]; readonly firstSerial: number }
  | { readonly kind: 'superseded' };

export class OwnershipSource implements FollowingSource {
  readonly #vnode: Vnode;
  readonly #scan: PartitionScan;
  readonly #changedKeysMax: number;
  /** Keys (as latin1) that have changed and wait to be sent, with serial numbers that rise in their order. */
  readonly #changed = new Map<string, number>();
  #serial = 0;
  #inFlight: Sent[] = [];
  /** Records up to this one are durable at the receiver. */
  #ackedAfter: Buffer | undefined;
  #hasBegun = false;
  #dataId: string | undefined;
  #isDraining = false;
  /** Up to where the drain has come. */
  #drainedAfter: Buffer | undefined;
  readonly #found = emptyRecordView();

  /** With more than `changedKeysMax` keys that wait to be sent again, the scan begins anew, and sends all. */
  constructor(vnode: Vnode, changedKeysMax: number) {
    this.#changedKeysMax = changedKeysMax;
    this.#vnode = vnode;
    this.#scan = new PartitionScan(vnode.position, vnode.storage);
  }

  get expectedRecords(): number {
    return this.#vnode.storage.count;
  }

  get isExhausted(): boolean {
    return this.#changed.size === 0 && this.#scan.isAtEnd;
  }

  /** The receiver owns the partition, and nothing is left here. */
  get isDrained(): boolean {
    return (
      this.#isDraining && this.#inFlight.length === 0 && this.isExhausted && this.#vnode.storage.isEmpty()
    );
  }

  /** A key was written. */
  changed(key: Buffer, keyStart: number, keyEnd: number): void {
    // What is written before the scan has begun is seen by it.
    if (this.#hasBegun) this.#note(key.toString('latin1', keyStart, keyEnd));
  }

  accepted(dataId: string): void {
    if (this.#dataId !== undefined && this.#dataId !== dataId) this.#beginAnew();
    this.#dataId = dataId;
    this.#hasBegun = true;
  }

  fill(chunk: ChunkBuilder): void {
    if (this.#changed.size > 0) this.#fillChanged(chunk);
    else {
      this.#scan.fill(chunk);
      if (chunk.count > 0) this.#inFlight.push({ kind: 'scanned', after: this.#scan.after });
    }
  }

  acknowledged(records: Buffer): void {
    const sent = this.#inFlight.shift();
    if (sent?.kind === 'scanned') this.#ackedAfter = sent.after;
    if (this.#isDraining) deleteUnchanged(this.#vnode, records);
  }

  failed(): void {
    if (!this.#isScanAcked) this.#scan.goOnAfter(this.#ackedAfter);
    const lost = this.#inFlight;
    this.#inFlight = [];
    for (const sent of lost) if (sent.kind === 'changed') for (const key of sent.keys) this.#note(key);
  }

  mark(): number {
    return this.#serial;
  }

  isPast(mark: number): boolean {
    if (!this.#isScanAcked) return false;
    const isSent = this.#inFlight.every((sent) => sent.kind !== 'changed' || sent.firstSerial > mark);
    const oldest = this.#changed.values().next();
    return isSent && (oldest.done === true || oldest.value > mark);
  }

  /** The receiver owns the partition now: what it has may go. */
  drain(): void {
    this.#isDraining = true;
  }

  /**
   * While it drains: looks at up to so many records, and deletes those that the receiver is known to have: all
   * but those that have changed and are not acknowledged. Returns how many it has looked at.
   */
  deleteSome(recordsMax: number): number {
    if (!this.#isDraining || !this.#isScanAcked) return 0;
    const keys: Buffer[] = [];
    const hasMore = this.#vnode.storage.scan(this.#drainedAfter, recordsMax, (key) =>
      keys.push(Buffer.from(key)),
    );
    this.#drainedAfter = hasMore ? keys.at(-1) : undefined;
    const unacknowledged = new Set<string>();
    for (const sent of this.#inFlight)
      if (sent.kind === 'changed') for (const key of sent.keys) unacknowledged.add(key);
    try {
      for (const key of keys) {
        const text = key.toString('latin1');
        if (!this.#changed.has(text) && !unacknowledged.has(text)) this.#vnode.remove(key, 0, key.length);
      }
    } catch (error) {
      // What cannot be deleted now is deleted later.
      if (!(error instanceof StorageError)) throw error;
    }
    return keys.length;
  }

  /** Every record that was there when the scan came by is durable at the receiver. */
  get #isScanAcked(): boolean {
    return this.#scan.isAtEnd && this.#inFlight.every(({ kind }) => kind !== 'scanned');
  }

  #fillChanged(chunk: ChunkBuilder): void {
    const keys: string[] = [];
    let firstSerial = 0;
    for (const [text, serial] of this.#changed) {
      const key = Buffer.from(text, 'latin1');
      if (this.#get(key) && !chunk.add(key, 0, key.length, this.#found)) break;
      if (keys.length === 0) firstSerial = serial;
      keys.push(text);
    }
    for (const text of keys) this.#changed.delete(text);
    if (chunk.count > 0) this.#inFlight.push({ kind: 'changed', keys, firstSerial });
  }

  #get(key: Buffer): boolean {
    try {
      return this.#vnode.storage.get(key, 0, key.length, this.#found);
    } catch (error) {
      if (error instanceof StorageError) throw new UnreadableRecordError(this.#vnode.position);
      throw error;
    }
  }

  /** A key that waits already keeps its place: what is sent is the record that it has then. */
  #note(text: string): void {
    if (this.#changed.has(text)) return;
    if (this.#changed.size < this.#changedKeysMax) this.#changed.set(text, ++this.#serial);
    else this.#beginAnew();
  }

  #beginAnew(): void {
    this.#changed.clear();
    this.#inFlight = this.#inFlight.map(() => ({ kind: 'superseded' }));
    this.#scan.goOnAfter(undefined);
    this.#ackedAfter = undefined;
  }
}
