/** What a node is told when it begins, and its limits with their meaning. */

import type { CoverageLimits } from '../coverage/index.js';
import type { HandoffLimits } from '../handoff/index.js';
import type { ClusterState } from '../membership/index.js';
import {
  type Consistency,
  type PlantedFault,
  type Quorum,
  type RequestLimits,
  requestLimitsDefault,
} from '../request/index.js';
import { commandLimitsDefault } from '../resp/index.js';
import type { NodeName } from '../ring/index.js';
import { type ClientTimes, clientTimesDefault } from './client-watch.js';

export interface NodeLimits extends RequestLimits, ClientTimes {
  /** Bytes of one whole command: what one connection can make the node hold before it may answer. */
  readonly clientRequestBytesMax: number;
  /** Replies that one client may wait for; at the limit it is not read from until half of them are written. */
  readonly clientRepliesMax: number;
  /** Replies are sent in pieces of about this size, so that a client that is not reading is noticed. */
  readonly clientOutputBytesFlush: number;
  /** A client that has left more than this unread is closed. */
  readonly clientOutputBytesMax: number;
  /** Links of nodes that are no members, because they join just now or were removed. */
  readonly strangersMax: number;
  /** Requests of operators that may wait at once, for the cluster or for another member; at the limit, refused. */
  readonly adminRequestsMax: number;
  /** A member that was asked what it alone can do must answer within this time: longer than `adminPatienceMs`. */
  readonly adminTimeoutMs: number;
  /** A member that has been down for this long is not asked; before, its links may still be opening. */
  readonly adminReachMs: number;
  /** How long an operator's request waits for all members to have seen the same. */
  readonly adminPatienceMs: number;
  /** Bytes on their way to one member; beyond, the link is closed, since its requests would time out anyway. */
  readonly linkOutputBytesMax: number;
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
}

export const nodeLimitsDefault: NodeLimits = {
  ...requestLimitsDefault,
  ...clientTimesDefault,
  clientRequestBytesMax: commandLimitsDefault.commandBytesMax,
  clientRepliesMax: 1024,
  clientOutputBytesFlush: 256 * 1024,
  clientOutputBytesMax: 64 * 1024 * 1024,
  strangersMax: 64,
  adminRequestsMax: 256,
  adminTimeoutMs: 10_000,
  adminReachMs: 3000,
  adminPatienceMs: 3000,
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

export interface MembershipTimes {
  /**
   * Beside what changes, which is told at once, one member is asked this often whether it knows something else.
   * More often repairs a lost message sooner and costs a few hundred bytes each.
   */
  readonly gossipMs: number;
  /** The claimant must have been down for this long before another takes over. Longer: fewer takeovers for nothing. */
  readonly takeoverMs: number;
  /** A node looks this often whether there is something to do about membership. */
  readonly stepMs: number;
}

export const membershipTimesDefault: MembershipTimes = { gossipMs: 1000, takeoverMs: 3000, stepMs: 100 };

export interface NodeOptions {
  /** The name of this node. */
  readonly name: NodeName;
  /** The cluster as this node knows it at the start; it is a member. */
  readonly state: ClusterState;
  /** Copies that the records which are there have had; default: all that the cluster wants. */
  readonly copies?: number;
  readonly quorum: Quorum;
  /** What plain requests may rely on; default: sloppy. */
  readonly consistency?: Consistency;
  /** Tells this start of the node from every other, 32 bits unsigned. */
  readonly incarnation: number;
  readonly limits?: Partial<NodeLimits>;
  readonly coverageLimits?: Partial<CoverageLimits>;
  readonly linkTimes?: Partial<LinkTimes>;
  readonly membershipTimes?: Partial<MembershipTimes>;
  readonly handoffLimits?: Partial<HandoffLimits>;
  /** For tests that must find it. */
  readonly plantedFault?: PlantedFault;
}
