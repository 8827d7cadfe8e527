/**
 * Coordinates requests: finds the vnodes of a key, asks the local ones directly and the others over links,
 * counts distinct members, and gives every request exactly one answer, at the latest at its deadline. Errors
 * and duplicates never count as successes; late replies are dropped.
 *
 * Sloppy quorum: while a member's link is down, fallbacks stand in for it and count. What they took stays with
 * them: handing it back is not done here, nor is read repair.
 *
 * What the local vnodes alone can answer is answered at once, without a slot in the table and without
 * allocating anything.
 */
import type { RequestRef } from '../link/index.js';
import { compareVersions, type HybridClock, versionBytes } from '../object/index.js';
import { type KeyPlacement, PreferenceList, type PreferenceLists } from '../ring/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import { appliedExisted, refused, type VnodeTable } from '../vnode/index.js';
import { type Quorum, replicasMax } from './quorum.js';
import { type Answers, type FailureCode, RequestOutcome } from './request-outcome.js';
import {
  bestMissing,
  bestNone,
  bestRecord,
  entryFailed,
  entryPending,
  type RequestTable,
} from './request-table.js';

/** How the coordinator asks other members; a message may be lost, and then the deadline decides. */
export interface ReplicaMessages {
  sendPut(
    member: number,
    ref: RequestRef,
    position: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    record: RecordView,
  ): void;
  sendGet(
    member: number,
    ref: RequestRef,
    position: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
  ): void;
}

export interface CoordinatorOptions<Client> {
  /** The number of this member. */
  self: number;
  placement: KeyPlacement;
  lists: PreferenceLists;
  /** 1 for each member that can be asked now; kept up to date by the owner. */
  isUp: Uint8Array;
  quorum: Quorum;
  /** By position: the most distinct members that may be asked for. */
  distinctOwners: Uint8Array;
  vnodes: VnodeTable;
  table: RequestTable<Client>;
  clock: HybridClock;
  messages: ReplicaMessages;
  answers: Answers<Client>;
  /** A monotonic clock. */
  nowMs: () => number;
  /** A request that waits for others is answered with an error after this time. */
  timeoutMs: number;
}

export class Coordinator<Client> {
  /** Replies that came after their request was answered, or twice. */
  lateReplies = 0;
  readonly #options: CoordinatorOptions<Client>;
  readonly #list = new PreferenceList(replicasMax);
  readonly #outcome = new RequestOutcome();
  readonly #record: RecordView = { ...emptyRecordView(), version: Buffer.alloc(versionBytes) };
  readonly #found: RecordView = emptyRecordView();
  readonly #ref: RequestRef = { slot: 0, generation: 0 };

  constructor(options: CoordinatorOptions<Client>) {
    this.#options = options;
  }

  /** Gets the newest record that r members know. */
  get(client: Client, ticket: number, form: number, key: Buffer, keyStart: number, keyEnd: number): void {
    const { quorum } = this.#options;
    this.#get(client, ticket, form, quorum.n, quorum.r, key, keyStart, keyEnd);
  }

  /** As `get`, from the key's first vnode alone. */
  getFirst(
    client: Client,
    ticket: number,
    form: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
  ): void {
    this.#get(client, ticket, form, 1, 1, key, keyStart, keyEnd);
  }

  /** Stores `value[valueStart..valueEnd)` under a new version. */
  put(
    client: Client,
    ticket: number,
    form: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    value: Buffer,
    valueStart: number,
    valueEnd: number,
  ): void {
    const record = this.#record;
    record.tombstone = false;
    record.value = value;
    record.valueStart = valueStart;
    record.valueEnd = valueEnd;
    this.#write(client, ticket, form, key, keyStart, keyEnd);
    record.value = nothing;
  }

  /** Stores a tombstone under a new version. */
  delete(client: Client, ticket: number, form: number, key: Buffer, keyStart: number, keyEnd: number): void {
    const record = this.#record;
    record.tombstone = true;
    record.value = nothing;
    record.valueStart = 0;
    record.valueEnd = 0;
    this.#write(client, ticket, form, key, keyStart, keyEnd);
  }

  #get(
    client: Client,
    ticket: number,
    form: number,
    n: number,
    r: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
  ): void {
    const { placement, self } = this.#options;
    const list = this.#list;
    const position = placement.position(key, keyStart, keyEnd);
    const needed = this.#select(position, n, r);
    if (needed === 1) {
      // One answer is enough: the first local vnode gives it, whoever else is in the list.
      for (let i = 0; i < list.count; i++) {
        if (list.members[i] !== self) continue;
        this.#answerLocalGet(client, ticket, form, list.positions[i]!, key, keyStart, keyEnd);
        return;
      }
    }
    if (this.#cannotStart(client, ticket, form, needed, true)) return;
    const slot = this.#take(client, ticket, form, needed, 0);
    this.#sendGets(slot, key, keyStart, keyEnd);
    this.#checkEnd(slot, undefined);
  }

  #answerLocalGet(
    client: Client,
    ticket: number,
    form: number,
    position: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
  ): void {
    const outcome = this.#outcome;
    const record = this.#found;
    const isFound = this.#options.vnodes.at(position).get(key, keyStart, keyEnd, record) && !record.tombstone;
    outcome.kind = isFound ? 'found' : 'missing';
    outcome.record = record;
    outcome.member = this.#options.self;
    outcome.position = position;
    this.#options.answers.answer(client, ticket, form, outcome);
  }

  #sendGets(slot: number, key: Buffer, keyStart: number, keyEnd: number): void {
    const { self, table, messages, vnodes } = this.#options;
    const list = this.#list;
    const record = this.#found;
    const ref = this.#refOf(slot);
    for (let i = 0; i < list.count; i++) {
      const member = list.members[i]!;
      const position = list.positions[i]!;
      table.addEntry(slot, member, position, entryPending);
      if (member !== self) {
        messages.sendGet(member, ref, position, key, keyStart, keyEnd);
        continue;
      }
      const isFound = vnodes.at(position).get(key, keyStart, keyEnd, record);
      table.markOk(slot, slot * replicasMax + i);
      if (this.#isBest(slot, isFound, record)) this.#keepBest(slot, member, position, isFound, record);
    }
  }

  #write(client: Client, ticket: number, form: number, key: Buffer, keyStart: number, keyEnd: number): void {
    const { placement, self, quorum, vnodes, clock } = this.#options;
    const list = this.#list;
    const position = placement.position(key, keyStart, keyEnd);
    const needed = this.#select(position, quorum.n, quorum.w);
    const isLocal = list.count === 1 && list.members[0] === self;
    if (this.#cannotStart(client, ticket, form, needed, !isLocal)) return;
    clock.next(this.#record.version, 0);
    if (isLocal) {
      const result = vnodes.at(list.positions[0]!).apply(key, keyStart, keyEnd, this.#record);
      if (result === refused)
        this.#fail(client, ticket, form, 'storage-full', 'this node can store no more.');
      else this.#answerStored(client, ticket, form, result === appliedExisted, self, list.positions[0]!);
      return;
    }
    const slot = this.#take(client, ticket, form, needed, 1);
    this.#sendPuts(slot, key, keyStart, keyEnd);
    this.#checkEnd(slot, undefined);
  }

  #sendPuts(slot: number, key: Buffer, keyStart: number, keyEnd: number): void {
    const { self, table, messages, vnodes } = this.#options;
    const list = this.#list;
    const ref = this.#refOf(slot);
    for (let i = 0; i < list.count; i++) {
      const member = list.members[i]!;
      const position = list.positions[i]!;
      table.addEntry(slot, member, position, entryPending);
      if (member !== self) {
        messages.sendPut(member, ref, position, key, keyStart, keyEnd, this.#record);
        continue;
      }
      const result = vnodes.at(position).apply(key, keyStart, keyEnd, this.#record);
      const entry = slot * replicasMax + i;
      if (result === refused) table.entryState[entry] = entryFailed;
      else this.#noteAck(slot, entry, member, position, result === appliedExisted);
    }
  }

  /** A member acknowledged a put, or could not do it. */
  onPutAck(member: number, ref: RequestRef, position: number, isOk: boolean, existed: boolean): void {
    const { table } = this.#options;
    const entry = table.isCurrent(ref) ? table.pendingEntry(ref.slot, member, position) : -1;
    if (entry < 0 || table.isWrite[ref.slot] !== 1) {
      this.lateReplies++;
      return;
    }
    if (isOk) this.#noteAck(ref.slot, entry, member, position, existed);
    else table.entryState[entry] = entryFailed;
    this.#checkEnd(ref.slot, undefined);
  }

  /** A member answered a get: with a record, without one, or that it could not look. */
  onGetReply(
    member: number,
    ref: RequestRef,
    position: number,
    isOk: boolean,
    isFound: boolean,
    record: RecordView,
  ): void {
    const { table } = this.#options;
    const entry = table.isCurrent(ref) ? table.pendingEntry(ref.slot, member, position) : -1;
    if (entry < 0 || table.isWrite[ref.slot] !== 0) {
      this.lateReplies++;
      return;
    }
    const slot = ref.slot;
    if (!isOk) {
      table.entryState[entry] = entryFailed;
      this.#checkEnd(slot, undefined);
      return;
    }
    table.markOk(slot, entry);
    const isBest = this.#isBest(slot, isFound, record);
    // The last reply that was missing need not be copied: it is answered from where it lies.
    const isLast = table.answered[slot]! >= table.needed[slot]!;
    if (isBest) this.#keepBest(slot, member, position, isFound, isLast ? undefined : record);
    this.#checkEnd(slot, isBest && isFound ? record : undefined);
  }

  /** A member cannot be reached any more: nobody waits for it. */
  memberDown(member: number): void {
    const { table } = this.#options;
    for (let slot = 0; slot < table.usedEnd; slot++) {
      if (table.client[slot] === undefined) continue;
      let changed = false;
      const first = slot * replicasMax;
      for (let entry = first; entry < first + table.entries[slot]!; entry++) {
        if (table.entryMember[entry] !== member || table.entryState[entry] !== entryPending) continue;
        table.entryState[entry] = entryFailed;
        changed = true;
      }
      if (changed) this.#checkEnd(slot, undefined);
    }
  }

  /** Ends the requests whose deadline has come. */
  tick(nowMs: number): void {
    const { table, timeoutMs } = this.#options;
    for (let slot = 0; slot < table.usedEnd; slot++) {
      if (table.client[slot] === undefined || table.deadlineMs[slot]! > nowMs) continue;
      const told = `${table.answered[slot]} of ${table.needed[slot]} members answered within ${timeoutMs} ms`;
      this.#failSlot(slot, told);
    }
  }

  /** Fills the preference list and returns how many distinct members must answer. */
  #select(position: number, n: number, wanted: number): number {
    const { lists, isUp, distinctOwners } = this.#options;
    lists.select(position, n, isUp, this.#list);
    const possible = distinctOwners[position]!;
    return wanted < possible ? wanted : possible;
  }

  /** Answers with a definite error, nothing having been sent, if the request cannot succeed now. */
  #cannotStart(client: Client, ticket: number, form: number, needed: number, needsSlot: boolean): boolean {
    const { table } = this.#options;
    const members = distinctMembers(this.#list);
    if (members < needed) {
      const message = `${members} of the ${needed} members needed can be reached; nothing was done.`;
      this.#fail(client, ticket, form, 'unavailable', message);
      return true;
    }
    if (needsSlot && table.isFull) {
      const message = `${table.capacity} requests are waiting, the most this node allows; nothing was done.`;
      this.#fail(client, ticket, form, 'busy', message);
      return true;
    }
    return false;
  }

  #take(client: Client, ticket: number, form: number, needed: number, isWrite: number): number {
    const { table, nowMs, timeoutMs, answers } = this.#options;
    const slot = table.take(client);
    table.ticket[slot] = answers.defer(client, ticket);
    table.form[slot] = form;
    table.needed[slot] = needed;
    table.isWrite[slot] = isWrite;
    table.deadlineMs[slot] = nowMs() + timeoutMs;
    return slot;
  }

  #refOf(slot: number): RequestRef {
    this.#ref.slot = slot;
    this.#ref.generation = this.#options.table.generation[slot]!;
    return this.#ref;
  }

  #noteAck(slot: number, entry: number, member: number, position: number, existed: boolean): void {
    const { table } = this.#options;
    table.markOk(slot, entry);
    if (existed) table.existed[slot] = 1;
    if (table.best[slot] === bestNone) {
      table.best[slot] = bestRecord;
      table.bestMember[slot] = member;
      table.bestPosition[slot] = position;
    }
  }

  /** Whether a get's reply is newer than those before it. Of equal ones the first stays. */
  #isBest(slot: number, isFound: boolean, record: RecordView): boolean {
    const { table } = this.#options;
    const best = table.best[slot]!;
    if (!isFound) return best === bestNone;
    if (best !== bestRecord) return true;
    return compareVersions(record.version, record.versionOffset, table.bestVersion, slot * versionBytes) > 0;
  }

  /** Notes the newest reply; copies its value unless `record` is left out. */
  #keepBest(
    slot: number,
    member: number,
    position: number,
    isFound: boolean,
    record: RecordView | undefined,
  ): void {
    const { table } = this.#options;
    table.best[slot] = isFound ? bestRecord : bestMissing;
    table.bestMember[slot] = member;
    table.bestPosition[slot] = position;
    if (!isFound || record === undefined) return;
    record.version.copy(
      table.bestVersion,
      slot * versionBytes,
      record.versionOffset,
      record.versionOffset + versionBytes,
    );
    table.bestTombstone[slot] = record.tombstone ? 1 : 0;
    const value = Buffer.allocUnsafe(record.valueEnd - record.valueStart);
    record.value.copy(value, 0, record.valueStart, record.valueEnd);
    table.bestValue[slot] = value;
  }

  /** Answers the request if enough have answered, or if no longer enough can. */
  #checkEnd(slot: number, best: RecordView | undefined): void {
    const { table } = this.#options;
    const answered = table.answered[slot]!;
    const needed = table.needed[slot]!;
    if (answered >= needed) {
      if (table.isWrite[slot] === 1) this.#endWrite(slot);
      else this.#endGet(slot, best);
    } else if (table.reachable(slot) < needed) {
      this.#failSlot(slot, `${answered} of ${needed} members answered, and too few others are left`);
    }
  }

  #endWrite(slot: number): void {
    const { table } = this.#options;
    const client = table.client[slot]!;
    const existed = table.existed[slot] === 1;
    const member = table.bestMember[slot]!;
    const position = table.bestPosition[slot]!;
    const ticket = table.ticket[slot]!;
    const form = table.form[slot]!;
    table.release(slot);
    this.#answerStored(client, ticket, form, existed, member, position);
  }

  #endGet(slot: number, best: RecordView | undefined): void {
    const { table, answers } = this.#options;
    const outcome = this.#outcome;
    const client = table.client[slot]!;
    const record = best ?? this.#storedBest(slot);
    const isFound = table.best[slot] === bestRecord && !record.tombstone;
    outcome.kind = isFound ? 'found' : 'missing';
    outcome.record = record;
    outcome.member = table.bestMember[slot]!;
    outcome.position = table.bestPosition[slot]!;
    const ticket = table.ticket[slot]!;
    const form = table.form[slot]!;
    table.release(slot);
    answers.answer(client, ticket, form, outcome);
  }

  #storedBest(slot: number): RecordView {
    const { table } = this.#options;
    const record = this.#found;
    const value = table.bestValue[slot] ?? nothing;
    record.version = table.bestVersion;
    record.versionOffset = slot * versionBytes;
    record.tombstone = table.bestTombstone[slot] === 1;
    record.value = value;
    record.valueStart = 0;
    record.valueEnd = value.length;
    return record;
  }

  #answerStored(
    client: Client,
    ticket: number,
    form: number,
    existed: boolean,
    member: number,
    position: number,
  ): void {
    const outcome = this.#outcome;
    outcome.kind = 'stored';
    outcome.existed = existed;
    outcome.member = member;
    outcome.position = position;
    this.#options.answers.answer(client, ticket, form, outcome);
  }

  /** A get has changed nothing, so its failure is definite; a put may be stored at some member. */
  #failSlot(slot: number, told: string): void {
    const { table } = this.#options;
    const client = table.client[slot]!;
    const ticket = table.ticket[slot]!;
    const form = table.form[slot]!;
    const isWrite = table.isWrite[slot] === 1;
    table.release(slot);
    if (isWrite) this.#fail(client, ticket, form, 'uncertain', `${told}; the write may take effect.`);
    else this.#fail(client, ticket, form, 'unavailable', `${told}.`);
  }

  #fail(client: Client, ticket: number, form: number, code: FailureCode, message: string): void {
    const outcome = this.#outcome;
    outcome.kind = 'failed';
    outcome.code = code;
    outcome.message = message;
    this.#options.answers.answer(client, ticket, form, outcome);
  }
}

function distinctMembers(list: PreferenceList): number {
  let members = 0;
  for (let i = 0; i < list.count; i++) {
    let isFirst = true;
    for (let before = 0; before < i; before++) if (list.members[before] === list.members[i]) isFirst = false;
    if (isFirst) members++;
  }
  return members;
}

const nothing = Buffer.alloc(0);
