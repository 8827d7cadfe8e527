/** What people are told about a transfer: what, from where to where, how far, how fast, how long still. */
import { type NodeName, partitionName } from '../ring/index.js';
import type { Duty } from './duties.js';
import type { IncomingTransfer } from './incoming-transfer.js';
import type { OutgoingTransfer } from './outgoing-transfer.js';
import type { TransferKind } from './transfer-message.js';

export interface TransferStatus {
  readonly kind: TransferKind;
  readonly position: number;
  readonly from: NodeName;
  readonly to: NodeName;
  /**
   * `waiting` has not begun: the receiver is down or busy, or this node sends as much as it may. `following` has
   * arrived, and sends on what changes until the receiver owns the partition.
   */
  readonly state: 'waiting' | 'sending' | 'receiving' | 'following';
  /** Records that are durable at the receiver, and about how many there are; 0 if that is not known. */
  readonly records: number;
  readonly recordsExpected: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** Milliseconds that it will still take at this rate; undefined while nobody can tell. */
  readonly remainingMs: number | undefined;
}

export function outgoingStatus(self: NodeName, transfer: OutgoingTransfer, nowMs: number): TransferStatus {
  const { kind, position, target, source } = transfer.options;
  const elapsedMs = Math.max(1, nowMs - transfer.startedMs);
  const { ackedRecords, ackedBytes } = transfer;
  const leftRecords = Math.max(0, source.expectedRecords - ackedRecords);
  return {
    kind,
    position,
    from: self,
    to: target,
    state: transfer.state === 'following' ? 'following' : 'sending',
    records: ackedRecords,
    recordsExpected: Math.max(source.expectedRecords, ackedRecords),
    bytes: ackedBytes,
    bytesPerSecond: Math.round((ackedBytes * 1000) / elapsedMs),
    remainingMs: ackedRecords === 0 ? undefined : Math.round((leftRecords * elapsedMs) / ackedRecords),
  };
}

export function incomingStatus(self: NodeName, transfer: IncomingTransfer, nowMs: number): TransferStatus {
  const { kind, position, from } = transfer.options;
  const { records, bytes } = transfer;
  return {
    kind,
    position,
    from,
    to: self,
    state: transfer.isFollowing ? 'following' : 'receiving',
    records,
    recordsExpected: 0,
    bytes,
    bytesPerSecond: Math.round((bytes * 1000) / Math.max(1, nowMs - transfer.startedMs)),
    remainingMs: undefined,
  };
}

/** What is to be sent, and waits. */
export function waitingStatus(self: NodeName, duty: Duty, recordsExpected: number): TransferStatus {
  const { kind, position, target } = duty;
  return {
    kind,
    position,
    from: self,
    to: target,
    state: 'waiting',
    records: 0,
    recordsExpected,
    bytes: 0,
    bytesPerSecond: 0,
    remainingMs: undefined,
  };
}

/** A transfer as data for others: with the partition's index, and null for what nobody can tell. */
export function transferReport({ position, remainingMs, ...rest }: TransferStatus, ringSize: number) {
  return { partition: partitionName(position, ringSize), ...rest, remainingMs: remainingMs ?? null };
}
