/**
 * What a node knows of one other member, as plain state; peer-links.ts decides on it. A member is up while our
 * connection to it is open, its connection to us is open and introduced, and it has been heard of lately.
 */
import { type Checksum, FrameWriter } from '../link/index.js';
import type { MemberAddress } from '../membership/index.js';
import type { OutputPort } from './environment.js';
import type { IncomingLink } from './incoming-link.js';

export class Peer {
  /** The number that this node has given to it. */
  readonly member: number;
  /** Messages of this tick. */
  readonly frames: FrameWriter;
  address: MemberAddress;
  /** Our connection to it: what we send goes there, requests and replies alike. */
  port: OutputPort | undefined;
  /** An attempt to connect is under way. */
  isConnecting = false;
  /** Its connection to us, once introduced. */
  incoming: IncomingLink | undefined;
  /** Its life, as it said when it was introduced. */
  life = 0;
  /** When something last came from it. */
  heardMs = 0;
  /** The epoch of the ring that the requests behind this point were sent by; 0 before it was told. */
  ringEpoch = 0;
  /** Since when it has been down; meaningless while it is up. */
  downSinceMs: number;
  /** When the next attempt to connect may begin, and the wait after that. */
  retryAtMs = 0;
  retryWaitMs: number;
  isUp = false;
  isDirty = false;

  constructor(options: {
    member: number;
    address: MemberAddress;
    nowMs: number;
    retryFirstMs: number;
    checksum: Checksum;
  }) {
    this.member = options.member;
    this.address = options.address;
    this.downSinceMs = options.nowMs;
    this.retryWaitMs = options.retryFirstMs;
    this.frames = new FrameWriter(options.checksum);
  }
}
