/** How requests ask vnodes: those of other members over links, this node's own at once. */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import type { RecordView } from '../storage/index.js';

/** A message to another member may be lost, and then the deadline decides. */
export interface ReplicaMessages {
  sendPut(member: number, ref: RequestRef, position: number, key: ByteRange, record: RecordView): void;
  /** `flags` is 0, or what a get may want besides: see link-message.ts. */
  sendGet(member: number, ref: RequestRef, position: number, key: ByteRange, flags: number): void;
}
