/**
 * One change that depends on what is there: reads the newest record that r members know, and writes what the
 * change makes of it under a version above that, until w members have it. Between the two another node's put may
 * come; whether it is overwritten is a question of versions, as with any two puts. Changes of one key that go
 * through one node come one after the other (see KeyUpdates).
 *
 * Until the writing begins nothing has been done, and a failure is definite. Nobody stands in for a member that is
 * lost on the way.
 */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import type { HybridClock } from '../object/index.js';
import { copyOfRecord, isAlive, type RecordView } from '../storage/index.js';
import type { HeldBytes } from './held-bytes.js';
import { compareRecords } from './held-record.js';
import type { OpenRequest, OpenRequests } from './open-requests.js';
import type { ReplicaGroup, ReplicaVnode } from './replica-groups.js';
import type { ReplicaMessages } from './replica-messages.js';
import { ReplicaRound } from './replica-round.js';
import { type UpdateAsk, type UpdateOutcome, updatedRecord } from './update-ask.js';

export interface KeyUpdateParts {
  readonly open: OpenRequests;
  readonly held: HeldBytes;
  readonly messages: ReplicaMessages;
  readonly clock: HybridClock;
  /** The wall clock, by which records expire. */
  readonly wallMs: () => number;
  isSelf(member: number): boolean;
  isUp(member: number): boolean;
}

export interface KeyUpdateStart {
  /** Belongs to the update, as does the value of `ask`, whose bytes were taken from `held`. */
  readonly key: ByteRange;
  readonly ask: UpdateAsk;
  readonly readers: ReplicaGroup;
  readonly writers: ReplicaGroup;
  readonly deadlineMs: number;
  readonly done: (outcome: UpdateOutcome) => void;
}

export class KeyUpdate implements OpenRequest {
  readonly deadlineMs: number;
  readonly #parts: KeyUpdateParts;
  readonly #start: KeyUpdateStart;
  readonly #ref: RequestRef;
  readonly #reads: ReplicaRound;
  #writes: ReplicaRound | undefined;
  #newest: RecordView | undefined;
  #newestBytes = 0;
  #record: RecordView | undefined;
  #isEnded = false;

  constructor(parts: KeyUpdateParts, start: KeyUpdateStart) {
    this.#parts = parts;
    this.#start = start;
    this.deadlineMs = start.deadlineMs;
    this.#reads = new ReplicaRound([start.readers]);
    this.#ref = parts.open.open(this);
    this.#read(this.#reads.in('failed'));
    this.#check();
  }

  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean {
    const vnode = this.#reads.awaited(member, position);
    if (vnode === undefined || this.#writes !== undefined) return false;
    const isKept = record !== undefined && (!isFound || this.#keep(record));
    if (isKept) this.#reads.answer(vnode);
    else this.#reads.fail(vnode);
    this.#check();
    return true;
  }

  onPutAck(member: number, position: number, isOk: boolean): boolean {
    if (this.#writes?.acknowledge(member, position, isOk) !== true) return false;
    this.#check();
    return true;
  }

  memberDown(member: number): void {
    if ((this.#writes ?? this.#reads).failMember(member)) this.#check();
  }

  memberUp(member: number): void {
    const failed = (this.#writes ?? this.#reads).in('failed').filter((vnode) => vnode.member === member);
    if (this.#writes === undefined) this.#read(failed);
    else this.#write(this.#writes, failed);
  }

  tick(): void {}

  deadline(): void {
    this.#fail('in time');
  }

  #read(vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    this.#askAll(this.#reads, vnodes, ({ member, position }) =>
      messages.sendGet(member, this.#ref, position, this.#start.key, 0),
    );
  }

  #write(writes: ReplicaRound, vnodes: readonly ReplicaVnode[]): void {
    const { messages } = this.#parts;
    const record = this.#record!;
    this.#askAll(writes, vnodes, ({ member, position }) =>
      messages.sendPut(member, this.#ref, position, this.#start.key, record),
    );
  }

  /** This node's own vnodes last: their answers may come while they are being asked. */
  #askAll(round: ReplicaRound, vnodes: readonly ReplicaVnode[], ask: (vnode: ReplicaVnode) => void): void {
    const { isUp, isSelf } = this.#parts;
    const reachable = vnodes.filter(({ member }) => isUp(member));
    for (const vnode of reachable) round.ask(vnode);
    for (const vnode of reachable) if (!isSelf(vnode.member)) ask(vnode);
    for (const vnode of reachable) if (isSelf(vnode.member)) ask(vnode);
  }

  /** Copies a record if it is the newest so far; false if there is no room for it. */
  #keep(record: RecordView): boolean {
    if (compareRecords(record, this.#newest) <= 0) return true;
    const { held } = this.#parts;
    const bytes = record.valueEnd - record.valueStart;
    if (!held.take(bytes)) return false;
    held.give(this.#newestBytes);
    this.#newestBytes = bytes;
    this.#newest = copyOfRecord(record);
    return true;
  }

  #check(): void {
    if (this.#isEnded) return;
    if (this.#writes === undefined) {
      if (this.#reads.isEnough) this.#decide();
      else if (this.#reads.isHopeless) this.#fail('and too few others are left');
    } else if (this.#writes.isEnough) {
      this.#end({ kind: 'done', isStored: true, old: this.#old });
    } else if (this.#writes.isHopeless) {
      this.#fail('and too few others are left');
    }
  }

  #decide(): void {
    const { clock, wallMs } = this.#parts;
    const newest = this.#newest;
    const record = updatedRecord(this.#start.ask, newest, wallMs());
    if (record === undefined) {
      this.#end({ kind: 'done', isStored: false, old: this.#old });
      return;
    }
    if (newest !== undefined && !clock.observe(newest.version, newest.versionOffset)) {
      const why = "the key's version is further ahead of this node's clock than clocks may differ";
      this.#end({ kind: 'failed', code: 'unavailable', message: `${why}; nothing was done.` });
      return;
    }
    clock.next(record.version, 0);
    this.#record = record;
    const writes = new ReplicaRound([this.#start.writers]);
    this.#writes = writes;
    this.#write(writes, writes.in('failed'));
    this.#check();
  }

  get #old(): Buffer | undefined {
    const newest = this.#newest;
    if (!this.#start.ask.returnsOld || newest === undefined) return undefined;
    return isAlive(newest, this.#parts.wallMs()) ? newest.value : undefined;
  }

  #fail(why: string): void {
    const told = `${(this.#writes ?? this.#reads).told} members answered, ${why}`;
    if (this.#writes === undefined)
      this.#end({ kind: 'failed', code: 'unavailable', message: `${told}; nothing was done.` });
    else this.#end({ kind: 'failed', code: 'uncertain', message: `${told}; the write may take effect.` });
  }

  #end(outcome: UpdateOutcome): void {
    this.#isEnded = true;
    this.#parts.open.close(this.#ref);
    this.#parts.held.give(this.#newestBytes);
    this.#start.done(outcome);
  }
}
