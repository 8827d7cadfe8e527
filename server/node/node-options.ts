/** What a node is told when it begins, and its limits with their meaning. */

import type { Quorum } from '../request/index.js';
import type { NodeName, Ring } from '../ring/index.js';

export interface NodeLimits {
  /**
   * Requests that may wait for other members at once. Higher takes more memory (about 150 bytes each, and the
   * values of gets); at the limit a request is answered BUSY, having done nothing.
   */
  readonly requestsMax: number;
  /** A request that waits for other members ends with an error after this time. */
  readonly requestTimeoutMs: number;
  /** Requests with a quorum of their own that may wait at once; at the limit, BUSY. */
  readonly quorumRequestsMax: number;
  /** The longest time that such a request may name. */
  readonly quorumTimeoutMsMax: number;
  /** Bytes of the values that such requests hold together while they wait; a vnode's value beyond is an error. */
  readonly quorumValueBytesMax: number;
  /** Replies that one client may wait for; at the limit it is not read from until half of them are written. */
  readonly clientRepliesMax: number;
  /** Replies are sent in pieces of about this size, so that a client that is not reading is noticed. */
  readonly clientOutputBytesFlush: number;
  /** A client that has left more than this unread is closed. */
  readonly clientOutputBytesMax: number;
  /** Bytes on their way to one member; beyond, the link is closed, since its requests would time out anyway. */
  readonly linkOutputBytesMax: number;
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
}

export const nodeLimitsDefault: NodeLimits = {
  requestsMax: 16 * 1024,
  requestTimeoutMs: 5000,
  quorumRequestsMax: 1024,
  quorumTimeoutMsMax: 60_000,
  quorumValueBytesMax: 64 * 1024 * 1024,
  clientRepliesMax: 1024,
  clientOutputBytesFlush: 256 * 1024,
  clientOutputBytesMax: 64 * 1024 * 1024,
  linkOutputBytesMax: 64 * 1024 * 1024,
  keyBytesMax: 64 * 1024,
  valueBytesMax: 8 * 1024 * 1024,
};

export interface LinkTimes {
  /** A heartbeat goes out on each link this often. More often finds failures sooner and costs a write each. */
  readonly heartbeatMs: number;
  /**
   * A member that was silent for this long is taken for down, though its connection may look open: its process
   * is stopped, or the network drops everything. Several heartbeats, so that a pause for garbage is none.
   */
  readonly suspectMs: number;
  /** The wait before connecting again: doubles from the first to the last, and half of it is drawn by chance. */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
}

export const linkTimesDefault: LinkTimes = {
  heartbeatMs: 250,
  suspectMs: 2000,
  retryFirstMs: 50,
  retryLastMs: 1000,
};

/** Where a member serves clients, as RKV.RING tells them. */
export interface MemberAddress {
  readonly name: NodeName;
  readonly host: string;
  readonly clientPort: number;
}

export interface NodeOptions {
  /** The name of this node; a member of the ring. */
  readonly name: NodeName;
  readonly ring: Ring;
  /** One for each member of the ring, in any order. */
  readonly addresses: readonly MemberAddress[];
  readonly quorum: Quorum;
  /** Tells this start of the node from every other, 32 bits unsigned. */
  readonly incarnation: number;
  readonly limits?: Partial<NodeLimits>;
  readonly linkTimes?: Partial<LinkTimes>;
}
