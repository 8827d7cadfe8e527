/**
 * What a checker is: it sees what happens in a run and says when an invariant is broken. One small file each,
 * named after the invariant; the numbers are those of riak_core's and of the usual properties of histories.
 */

import type { Consistency, Quorum } from '../../request/index.js';
import type { Observation, RemovedRecord, StoredRecord } from '../observation.js';
import type { SimulatedCluster } from '../simulated-cluster.js';
import type { Operation } from '../workload/operation.js';

/** What has befallen the cluster so far: what a promise may depend on. */
export interface Circumstances {
  /** A fault of any kind has begun. */
  hadFault: boolean;
  /** A node has lost what it had acknowledged: memory on a crash, a disk that was wiped or rotted. */
  hadLoss: boolean;
  /** A record on a disk was damaged. */
  hadRot: boolean;
  /** A fallback may hold what its primary lacks: some node could not be reached, or was slow. */
  hadAbsence: boolean;
  /** Clocks were further apart than the nodes tolerate. */
  hadSkew: boolean;
  /** The ring or the members have changed. */
  hadMembershipChange: boolean;
  /** A member was removed without handing over what it had. */
  hadRemovalByForce: boolean;
}

export interface CheckContext {
  readonly cluster: SimulatedCluster;
  readonly observation: Observation;
  readonly circumstances: Readonly<Circumstances>;
  readonly quorum: Quorum;
  readonly consistency: Consistency;
  /** Requests of clients that wait, at most, at one node. */
  readonly requestsMax: number;
  readonly requestTimeoutMs: number;
  /** What an answer may come late: ticks, and the longest way there and back. */
  readonly slackMs: number;
  /** Whether messages and syncs take about as long as always, but for faults. */
  readonly isSteady: boolean;
  /** Whether a crash keeps what was synced. */
  readonly isDurable: boolean;
  /** Says what is broken: a sentence with names, times and versions. */
  report(message: string): void;
}

/** What is known when a round has ended: everything healed, and nobody waits. */
export interface EndOfRound {
  /** By key: what a get says now through a node, or an error reply. */
  readonly finalReads: ReadonlyMap<string, string | undefined>;
  /** What KEYS says now: keys with blanks between, or an error reply; undefined if it was not answered. */
  readonly allKeys: string | undefined;
}

export interface Checker {
  stored?(record: StoredRecord): void;
  removed?(record: RemovedRecord): void;
  called?(operation: Operation): void;
  returned?(operation: Operation): void;
  strayReply?(session: number, reply: string): void;
  /** Something about membership is new to a node. */
  clusterChanged?(node: number): void;
  /** Some time has passed: about ten times per simulated second. */
  sampled?(): void;
  /** A fault has destroyed what a node held. */
  dataLost?(node: number): void;
  ended?(end: EndOfRound): void;
}

export interface CheckerSpec {
  /** `I36` and the like. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly demand: string;
  create(context: CheckContext): Checker;
  /** Why the product does not promise this in such circumstances; undefined if it does. */
  notPromised(
    circumstances: Readonly<Circumstances>,
    quorum: Quorum,
    consistency: Consistency,
  ): string | undefined;
}
