/**
 * The requests that wait for other members: counts the answers of distinct members, keeps the newest record,
 * and ends each request exactly once: when enough have answered, when no longer enough can, or at its
 * deadline. Errors and duplicates never count as successes.
 *
 * A get that has answered may listen on for the replies that are left: they never change the answer, but may show
 * that replicas differ. Who else could answer for vnodes that are lost or slow is for `Redirects` to say.
 */
import type { RequestRef } from '../link/index.js';
import { compareVersions, versionBytes } from '../object/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import type { Redirects } from './redirects.js';
import type { RequestAnswers } from './request-answers.js';
import type { Asker } from './request-outcome.js';
import {
  bestMissing,
  bestNone,
  bestRecord,
  entryFailed,
  entryOk,
  entryRefused,
  type RequestTable,
} from './request-table.js';

export interface PendingRequestsOptions<Client> {
  table: RequestTable<Client>;
  answers: RequestAnswers<Client>;
  redirects: Pick<Redirects, 'repair' | 'replaceLost' | 'hedge'>;
  /** A monotonic clock. */
  nowMs: () => number;
  timeoutMs: number;
  /** Gets that may listen on at once, and how long each does. */
  lingeringMax: number;
  lingerMs: number;
}

export class PendingRequests<Client> {
  /** Replies that came after their request was answered, or twice. */
  lateReplies = 0;
  readonly #options: PendingRequestsOptions<Client>;
  readonly #ref: RequestRef = { slot: 0, generation: 0 };
  #lingering = 0;
  readonly #bestRecord: RecordView = emptyRecordView();
  readonly #asker: { client: Client | undefined; ticket: number; form: number } = {
    client: undefined,
    ticket: 0,
    form: 0,
  };

  constructor(options: PendingRequestsOptions<Client>) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#options.table.isFull;
  }

  /** Requests that wait for their answer. */
  get waiting(): number {
    return this.#options.table.count - this.#lingering;
  }

  get capacity(): number {
    return this.#options.table.capacity;
  }

  /** Takes a slot for a request that wants `needed` distinct members; the table must not be full. */
  begin(asker: Asker<Client>, needed: number, isWrite: boolean): number {
    const { table, nowMs, timeoutMs, answers } = this.#options;
    const slot = table.take(asker.client);
    table.ticket[slot] = answers.defer(asker);
    table.form[slot] = asker.form;
    table.needed[slot] = needed;
    table.isWrite[slot] = isWrite ? 1 : 0;
    table.deadlineMs[slot] = nowMs() + timeoutMs;
    return slot;
  }

  /** The reference under which other members answer; valid until the next call. */
  refOf(slot: number): RequestRef {
    this.#ref.slot = slot;
    this.#ref.generation = this.#options.table.generation[slot]!;
    return this.#ref;
  }

  /** The request waits for a vnode; returns its entry. */
  expect(slot: number, member: number, position: number, isPrimary: number): number {
    return this.#options.table.addEntry(slot, member, position, isPrimary);
  }

  /** A vnode has taken the write. The first to do so is the one that the answer names. */
  noteStored(slot: number, entry: number, existed: boolean): void {
    const { table } = this.#options;
    table.markOk(slot, entry);
    if (existed) table.existed[slot] = 1;
    if (table.best[slot] === bestNone) this.#setBest(slot, entry, bestRecord);
  }

  /** A vnode could not do it, and a write has certainly changed nothing there unless `isUncertain`. */
  noteFailed(entry: number, isUncertain = false): void {
    this.#options.table.entryState[entry] = isUncertain ? entryFailed : entryRefused;
  }

  /** A vnode cannot tell what it has, which may be because that is damaged: a repair will find out. */
  noteUnreadable(slot: number, entry: number): void {
    this.noteFailed(entry);
    this.#options.table.isUneven[slot] = 1;
  }

  /**
   * A vnode has looked. Keeps what is newer than before, by copying the record, unless that is the last reply:
   * then it is answered from where it lies. Call `check` next, with what this returns.
   */
  noteRead(slot: number, entry: number, isFound: boolean, record: RecordView): RecordView | undefined {
    const { table } = this.#options;
    table.markOk(slot, entry);
    const best = table.best[slot]!;
    const order = this.#order(slot, isFound, record);
    if (best !== bestNone && (order > 0 || (order < 0 && table.entryIsPrimary[entry] === 1)))
      table.isUneven[slot] = 1;
    if (best !== bestNone && order <= 0) return undefined;
    this.#setBest(slot, entry, isFound ? bestRecord : bestMissing);
    if (!isFound) return undefined;
    table.setVersion(slot, record.version, record.versionOffset);
    if (table.answered[slot]! >= table.needed[slot]!) return record;
    table.keepBest(slot, record);
    return undefined;
  }

  /** As `noteRead`, where more vnodes are looked at before the request is checked: copies even the last reply. */
  keepRead(slot: number, entry: number, isFound: boolean, record: RecordView): void {
    const best = this.noteRead(slot, entry, isFound, record);
    if (best !== undefined) this.#options.table.keepBest(slot, best);
  }

  /** Ends the request if enough have answered, or if no longer enough can. `best` is what noteRead returned. */
  check(slot: number, best?: RecordView): void {
    const { table } = this.#options;
    const answered = table.answered[slot]!;
    const needed = table.needed[slot]!;
    if (answered >= needed) this.#succeed(slot, best);
    else if (table.reachable(slot) < needed)
      this.#fail(slot, `${answered} of ${needed} members answered, and too few others are left`);
  }

  /** A member acknowledged a put, or could not do it: certainly not, unless `isUncertain`. */
  onPutAck(
    member: number,
    ref: RequestRef,
    position: number,
    isOk: boolean,
    existed: boolean,
    isUncertain = false,
  ): void {
    const entry = this.#entryOf(member, ref, position, 1);
    if (entry < 0) return;
    if (isOk) this.noteStored(ref.slot, entry, existed);
    else this.noteFailed(entry, isUncertain);
    this.check(ref.slot);
  }

  /** A member answered a get; `record` is undefined if it could not look. */
  onGetReply(
    member: number,
    ref: RequestRef,
    position: number,
    isFound: boolean,
    record: RecordView | undefined,
  ): void {
    const entry = this.#entryOf(member, ref, position, 0);
    if (entry < 0) return;
    if (this.#options.table.isLingering[ref.slot] === 1) {
      this.#noteLate(ref.slot, entry, isFound, record);
      return;
    }
    if (record === undefined) {
      this.noteUnreadable(ref.slot, entry);
      this.check(ref.slot);
    } else {
      this.check(ref.slot, this.noteRead(ref.slot, entry, isFound, record));
    }
  }

  /** A reply after the answer: its only use is to show that replicas differ. */
  #noteLate(slot: number, entry: number, isFound: boolean, record: RecordView | undefined): void {
    const { table } = this.#options;
    table.entryState[entry] = entryOk;
    if (record === undefined) {
      table.isUneven[slot] = 1;
    } else {
      const order = this.#order(slot, isFound, record);
      if (order > 0 || (order < 0 && table.entryIsPrimary[entry] === 1)) table.isUneven[slot] = 1;
    }
    if (!table.isPending(slot)) this.#endLingering(slot);
  }

  #endLingering(slot: number): void {
    this.#lingering--;
    this.#free(slot);
  }

  /** Frees a slot whose request has its answer. */
  #free(slot: number): void {
    const { table, redirects } = this.#options;
    if (table.isUneven[slot] === 1) redirects.repair(slot);
    table.release(slot);
  }

  /** A member cannot be reached any more: nobody waits for it, and others may be asked in its place. */
  memberDown(member: number): void {
    const { table, redirects } = this.#options;
    for (let slot = 0; slot < table.usedEnd; slot++) {
      if (table.isLingering[slot] === 1) {
        if (table.failEntries(slot, member) && !table.isPending(slot)) this.#endLingering(slot);
      } else if (table.client[slot] !== undefined && table.failEntries(slot, member)) {
        const generation = table.generation[slot]!;
        redirects.replaceLost(slot);
        // An answer of this node's own may have ended it already.
        if (table.client[slot] !== undefined && table.generation[slot] === generation) this.check(slot);
      }
    }
  }

  /** Ends the requests whose deadline has come. */
  tick(nowMs: number): void {
    const { table, timeoutMs, redirects } = this.#options;
    for (let slot = 0; slot < table.usedEnd; slot++) {
      if (table.isLingering[slot] === 1) {
        if (table.deadlineMs[slot]! <= nowMs) this.#endLingering(slot);
        continue;
      }
      if (table.client[slot] === undefined) continue;
      if (table.deadlineMs[slot]! > nowMs) {
        redirects.hedge(slot, nowMs, table.deadlineMs[slot]! - timeoutMs);
        continue;
      }
      const told = `${table.answered[slot]} of ${table.needed[slot]} members answered within ${timeoutMs} ms`;
      this.#fail(slot, told);
    }
  }

  /** The pending entry that a reply is for, or -1 if nobody waits for it. */
  #entryOf(member: number, ref: RequestRef, position: number, isWrite: number): number {
    const { table } = this.#options;
    const isAwaited = table.isCurrent(ref) && table.isWrite[ref.slot] === isWrite;
    const entry = isAwaited ? table.pendingEntry(ref.slot, member, position) : -1;
    if (entry < 0) this.lateReplies++;
    return entry;
  }

  #setBest(slot: number, entry: number, best: number): void {
    const { table } = this.#options;
    table.best[slot] = best;
    table.bestMember[slot] = table.entryMember[entry]!;
    table.bestPosition[slot] = table.entryPosition[entry]!;
  }

  /** Positive, zero or negative, as a get's reply is newer than, the same as or older than the newest so far. */
  #order(slot: number, isFound: boolean, record: RecordView): number {
    const { table } = this.#options;
    const best = table.best[slot]!;
    if (!isFound) return best === bestRecord ? -1 : 0;
    if (best !== bestRecord) return 1;
    return compareVersions(record.version, record.versionOffset, table.bestVersion, slot * versionBytes);
  }

  #succeed(slot: number, best: RecordView | undefined): void {
    const { table, answers } = this.#options;
    const member = table.bestMember[slot]!;
    const position = table.bestPosition[slot]!;
    if (table.isWrite[slot] === 1) {
      const existed = table.existed[slot] === 1;
      answers.stored(this.#release(slot), existed, member, position);
      return;
    }
    const isFound = table.best[slot] === bestRecord;
    const record = best ?? this.#bestRecord;
    if (best === undefined) table.viewBest(slot, record);
    answers.read(this.#release(slot, true), isFound, record, member, position);
  }

  /**
   * A get has changed nothing, so its failure is definite; a put may be stored at some member, unless every
   * vnode refused it.
   */
  #fail(slot: number, told: string): void {
    const { table, answers } = this.#options;
    if (table.isWrite[slot] === 1 && table.allRefused(slot))
      answers.failed(this.#release(slot), 'unavailable', `${told}; every vnode refused the write.`);
    else if (table.isWrite[slot] === 1)
      answers.failed(this.#release(slot), 'uncertain', `${told}; the write may take effect.`);
    else answers.failed(this.#release(slot), 'unavailable', `${told}.`);
  }

  /** Frees the slot before it is answered, or lets it listen on, and returns whom to answer. */
  #release(slot: number, mayLinger = false): Asker<Client> {
    const { table } = this.#options;
    const asker = this.#asker;
    asker.client = table.client[slot];
    asker.ticket = table.ticket[slot]!;
    asker.form = table.form[slot]!;
    const { lingeringMax, lingerMs, nowMs } = this.#options;
    if (mayLinger && this.#lingering < lingeringMax && table.isPending(slot)) {
      this.#lingering++;
      table.client[slot] = undefined;
      table.bestValue[slot] = undefined;
      table.isLingering[slot] = 1;
      table.deadlineMs[slot] = nowMs() + lingerMs;
    } else {
      this.#free(slot);
    }
    return asker as Asker<Client>;
  }
}
