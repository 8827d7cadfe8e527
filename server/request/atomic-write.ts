/**
 * A linearizable put or delete, in two phases: asks the voting vnodes for the versions they hold and, when a
 * majority has told, writes under one version above all of these, until a majority holds it. The version is
 * fixed once; a message that is sent again carries it again, and vnodes that have it already say so.
 *
 * Until the second phase begins nothing has been done, and a failure is definite.
 */
import { getVersionOnly, type RequestRef } from '../link/index.js';
import { versionBytes } from '../object/index.js';
import { copyWithoutValue, isAlive, type RecordView } from '../storage/index.js';
import { type AtomicParts, type AtomicStart, askReachable } from './atomic-parts.js';
import { compareRecords } from './held-record.js';
import type { OpenRequest } from './open-requests.js';
import type { ReplicaVnode } from './replica-groups.js';
import { ReplicaRound } from './replica-round.js';

export class AtomicWrite implements OpenRequest {
  readonly deadlineMs: number;
  readonly #parts: AtomicParts;
  readonly #start: AtomicStart;
  /** Belongs to the request; its version is filled in when the second phase begins. */
  readonly #record: RecordView;
  readonly #heldBytes: number;
  readonly #ref: RequestRef;
  readonly #reads: ReplicaRound;
  #writes: ReplicaRound | undefined;
  /** The newest record that the first phase has met, without its value. */
  #newest: RecordView | undefined;
  #isEnded = false;

  /** The bytes of the record's value were taken from `held`. */
  constructor(parts: AtomicParts, start: AtomicStart, record: RecordView) {
    this.#parts = parts;
    this.#start = start;
    this.#record = { ...record, version: Buffer.alloc(versionBytes), versionOffset: 0 };
    this.#heldBytes = record.valueEnd - record.valueStart;
    this.deadlineMs = parts.nowMs() + start.timeoutMs;
    this.#reads = this.#round();
    this.#ref = parts.open.open(this);
    if (parts.plantedFault === 'one-phase') this.#beginWriting();
    else this.#ask(this.#reads.in('failed'));
  }

  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean {
    const vnode = this.#reads.awaited(member, position);
    if (vnode === undefined || this.#writes !== undefined) return false;
    if (record === undefined) this.#reads.fail(vnode);
    else {
      this.#reads.answer(vnode);
      if (isFound && compareRecords(record, this.#newest) > 0) this.#newest = copyWithoutValue(record);
    }
    if (this.#reads.isEnough) this.#beginWriting();
    else this.#check(this.#reads);
    return true;
  }

  onPutAck(member: number, position: number, isOk: boolean): boolean {
    if (this.#writes?.acknowledge(member, position, isOk) !== true) return false;
    this.#checkWrites(this.#writes);
    return true;
  }

  memberDown(member: number): void {
    if (this.#writes !== undefined) {
      if (this.#writes.failMember(member)) this.#checkWrites(this.#writes);
    } else if (this.#reads.failMember(member)) {
      this.#check(this.#reads);
    }
  }

  memberUp(member: number): void {
    const isOfMember = (vnode: ReplicaVnode) => vnode.member === member;
    if (this.#writes === undefined) {
      this.#ask(this.#reads.in('failed').filter(isOfMember));
      return;
    }
    if (this.#parts.plantedFault === 'recoordinated') this.#parts.clock.next(this.#record.version, 0);
    this.#write(this.#writes, this.#writes.in('failed').filter(isOfMember));
  }

  tick(): void {}

  deadline(): void {
    this.#fail(this.#writes ?? this.#reads, `within ${this.#start.timeoutMs} ms`);
  }

  #round(): ReplicaRound {
    return new ReplicaRound(this.#start.groups, this.#parts.plantedFault === 'duplicate-answers');
  }

  #ask(vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    const { key, view } = this.#start;
    askReachable(this.#parts, this.#reads, vnodes, (vnode) =>
      messages.sendVoteGet({ ...vnode, ref: this.#ref, view }, key, getVersionOnly),
    );
  }

  #beginWriting(): void {
    const { clock } = this.#parts;
    const newest = this.#newest;
    if (newest !== undefined && !clock.observe(newest.version, newest.versionOffset)) {
      this.#end();
      const why = "the key's version is further ahead of this node's clock than clocks may differ";
      this.#start.answer.failed('unavailable', `${why}; nothing was done.`);
      return;
    }
    clock.next(this.#record.version, 0);
    const writes = this.#round();
    this.#writes = writes;
    this.#write(writes, writes.in('failed'));
    // Whoever could be reached may have been lost since the first phase.
    if (!this.#isEnded) this.#checkWrites(writes);
  }

  #write(writes: ReplicaRound, vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    const { key, view } = this.#start;
    askReachable(this.#parts, writes, vnodes, (vnode) =>
      messages.sendVotePut({ ...vnode, ref: this.#ref, view }, key, this.#record),
    );
  }

  #checkWrites(writes: ReplicaRound): void {
    if (!writes.isEnough) {
      this.#check(writes);
      return;
    }
    this.#end();
    const newest = this.#newest;
    const existed = newest !== undefined && isAlive(newest, this.#parts.wallMs());
    this.#start.answer.stored(existed, writes.in('answered'));
  }

  #check(round: ReplicaRound): void {
    if (round.isHopeless) this.#fail(round, 'and too few others are left');
  }

  #fail(round: ReplicaRound, why: string): void {
    const told = `${round.told} primaries answered, ${why}`;
    this.#end();
    if (this.#writes === undefined) this.#start.answer.failed('unavailable', `${told}; nothing was done.`);
    else this.#start.answer.failed('uncertain', `${told}; the write may take effect.`);
  }

  #end(): void {
    this.#isEnded = true;
    this.#parts.open.close(this.#ref);
    this.#parts.held.give(this.#heldBytes);
  }
}
