/**
 * A linearizable get (the multi-writer register of Attiya, Bar-Noy and Dolev, 1995, as Lynch and Shvartsman
 * extended it): asks all voting vnodes, takes the newest record of a majority and, unless a majority holds it,
 * writes it back until one does. Only then does it answer, so that no later get can see less.
 *
 * What comes after the answer never changes it; if it shows a replica that is behind, that is noted for repair.
 */
import type { RequestRef } from '../link/index.js';
import { copyOfRecord, emptyRecordView, type RecordView } from '../storage/index.js';
import { type AtomicParts, type AtomicStart, askReachable } from './atomic-parts.js';
import { compareRecords } from './held-record.js';
import type { OpenRequest } from './open-requests.js';
import type { ReplicaVnode } from './replica-groups.js';
import { ReplicaRound } from './replica-round.js';

export class AtomicRead implements OpenRequest {
  deadlineMs: number;
  readonly #parts: AtomicParts;
  readonly #start: AtomicStart;
  readonly #ref: RequestRef;
  readonly #reads: ReplicaRound;
  /** While what was found is written back. */
  #writes: ReplicaRound | undefined;
  #isAnswered = false;
  #isClosed = false;
  #best: RecordView | undefined;
  #bestBytes = 0;
  /** Vnodes that hold the best record, or a newer one; if there is none, those that have none. */
  readonly #holders = new Set<ReplicaVnode>();

  constructor(parts: AtomicParts, start: AtomicStart) {
    this.#parts = parts;
    this.#start = start;
    this.deadlineMs = parts.nowMs() + start.timeoutMs;
    this.#reads = new ReplicaRound(start.groups, parts.plantedFault === 'duplicate-answers');
    this.#ref = parts.open.open(this);
    this.#ask(this.#reads.in('failed'));
  }

  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean {
    const vnode = this.#reads.awaited(member, position);
    if (vnode === undefined) return false;
    if (record === undefined) this.#reads.fail(vnode);
    else this.#note(vnode, isFound ? record : undefined);
    this.#check();
    return true;
  }

  onPutAck(member: number, position: number, isOk: boolean): boolean {
    if (this.#writes?.acknowledge(member, position, isOk) !== true) return false;
    this.#check();
    return true;
  }

  memberDown(member: number): void {
    const wasAsked = this.#reads.failMember(member);
    if (this.#writes?.failMember(member) === true || wasAsked) this.#check();
  }

  memberUp(member: number): void {
    const isOfMember = (vnode: ReplicaVnode) => vnode.member === member;
    if (this.#isAnswered) return;
    if (this.#writes === undefined) this.#ask(this.#reads.in('failed').filter(isOfMember));
    else this.#writeBack(this.#writes, this.#writes.in('failed').filter(isOfMember));
  }

  tick(): void {}

  deadline(): void {
    if (this.#isAnswered) this.#close();
    else this.#fail(`within ${this.#start.timeoutMs} ms`);
  }

  #ask(vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    const { key, view } = this.#start;
    askReachable(this.#parts, this.#reads, vnodes, (vnode) =>
      messages.sendVoteGet({ ...vnode, ref: this.#ref, view }, key, 0),
    );
  }

  #note(vnode: ReplicaVnode, record: RecordView | undefined): void {
    const order = compareRecords(record, this.#best);
    if (this.#isAnswered || this.#writes !== undefined) {
      this.#reads.answer(vnode);
      if (this.#isAnswered && order !== 0) this.#parts.repair.note(this.#start.key);
      if (order >= 0) this.#writes?.answer(vnode);
      return;
    }
    if (order > 0 && !this.#keep(record!)) {
      this.#reads.fail(vnode);
      return;
    }
    this.#reads.answer(vnode);
    if (order > 0) this.#holders.clear();
    if (order >= 0) this.#holders.add(vnode);
  }

  /** Copies a record as the best one, if there is room. */
  #keep(record: RecordView): boolean {
    const { held, clock } = this.#parts;
    const bytes = record.valueEnd - record.valueStart;
    if (!held.take(bytes)) return false;
    held.give(this.#bestBytes);
    this.#bestBytes = bytes;
    this.#best = copyOfRecord(record);
    // So that what this node writes next is above what it has read.
    clock.observe(this.#best.version, 0);
    return true;
  }

  #check(): void {
    if (this.#isClosed) return;
    if (this.#isAnswered) {
      if (this.#reads.in('asked').length === 0) this.#close();
    } else if (this.#writes !== undefined) {
      if (this.#writes.isEnough) this.#succeed(this.#writes.in('answered'));
      else if (this.#writes.isHopeless) this.#fail('and too few others are left');
    } else if (this.#reads.isEnough) {
      this.#decide();
    } else if (this.#reads.isHopeless) {
      this.#fail('and too few others are left');
    }
  }

  /** A majority has answered. */
  #decide(): void {
    const { plantedFault } = this.#parts;
    const writes = new ReplicaRound(this.#start.groups, plantedFault === 'duplicate-answers');
    for (const vnode of this.#holders) writes.answer(vnode);
    if (writes.isEnough || plantedFault === 'no-write-back') {
      this.#succeed([...this.#holders]);
      return;
    }
    this.#writes = writes;
    this.#writeBack(writes, writes.in('failed'));
    this.#check();
  }

  #writeBack(writes: ReplicaRound, vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    const record = this.#best ?? emptyRecordView();
    const { key, view } = this.#start;
    askReachable(this.#parts, writes, vnodes, (vnode) =>
      messages.sendVotePut({ ...vnode, ref: this.#ref, view }, key, record),
    );
  }

  #succeed(vnodes: readonly ReplicaVnode[]): void {
    const { open, nowMs } = this.#parts;
    this.#isAnswered = true;
    const isClosing = this.#reads.in('asked').length === 0 || !open.mayLinger;
    if (isClosing) this.#close();
    else this.deadlineMs = open.linger(this.#ref, nowMs());
    this.#start.answer.read(this.#best, vnodes);
    this.#release();
  }

  #fail(why: string): void {
    const told = (this.#writes ?? this.#reads).told;
    this.#isAnswered = true;
    this.#close();
    this.#release();
    this.#start.answer.failed('unavailable', `${told} primaries answered, ${why}.`);
  }

  #close(): void {
    this.#isClosed = true;
    this.#parts.open.close(this.#ref);
  }

  /** The value is not needed any more; its version is, while late answers are compared with it. */
  #release(): void {
    this.#parts.held.give(this.#bestBytes);
    this.#bestBytes = 0;
    if (this.#best !== undefined) this.#best = { ...this.#best, ...noValue };
  }
}

const noValue = { value: Buffer.alloc(0), valueStart: 0, valueEnd: 0 };
