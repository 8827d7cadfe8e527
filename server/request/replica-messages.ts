/** How requests ask vnodes: those of other members over links, this node's own at once. */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import type { RecordView } from '../storage/index.js';

/** Which vnode is asked, by which request, and who votes on the key as that request knows it. */
export interface Vote {
  readonly member: number;
  readonly position: number;
  readonly ref: RequestRef;
  readonly view: number;
}

/** A message to another member may be lost, and then the deadline decides. */
export interface ReplicaMessages {
  sendPut(member: number, ref: RequestRef, position: number, key: ByteRange, record: RecordView): void;
  /** `flags` is 0, or what a get may want besides: see link-message.ts. */
  sendGet(member: number, ref: RequestRef, position: number, key: ByteRange, flags: number): void;
  /** As sendPut, but refused by a member to which others than `view` says are the primaries of the key. */
  sendVotePut(vote: Vote, key: ByteRange, record: RecordView): void;
  sendVoteGet(vote: Vote, key: ByteRange, flags: number): void;
}
