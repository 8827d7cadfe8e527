/**
 * Requests that name their own quorum and tell what each vnode answered, as the tutorial's put_quorum,
 * get_quorum and delete_quorum do. What counts here are vnodes, not members: on one node, three copies are
 * three answers, each of another partition. Errors are told and never count.
 *
 * Each request ends once: when enough vnodes have answered, when no longer enough can, or at its deadline.
 * Such requests are rare beside plain ones, so they are objects; their number, and the bytes of the values that
 * they hold, are limited. Their slots on the wire begin where the table of plain requests ends.
 */
import type { ByteRange } from '../byte-range.js';
import { flagExisted, type RequestRef } from '../link/index.js';
import { versionBytes } from '../object/index.js';
import { PreferenceList } from '../ring/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import {
  appliedExisted,
  readFailed,
  readFound,
  readReplyFlags,
  readUnsettled,
  refused,
} from '../vnode/index.js';
import type { CoordinatorOptions } from './coordinator.js';
import { replicasMax } from './quorum.js';
import type { FailureCode } from './request-outcome.js';

/** What a request asks for: copies, vnodes that must answer, and how long to wait for them. */
export interface QuorumAsk {
  readonly n: number;
  readonly needed: number;
  readonly timeoutMs: number;
}

/** One vnode's answer. */
export interface QuorumResult {
  readonly kind: 'stored' | 'value' | 'not_found' | 'error';
  /** Of `value`. */
  readonly value?: Buffer;
  /** Of `error`: `down`, `failed` (the storage refused), or `overloaded` (no room to hold the value). */
  readonly error?: 'down' | 'failed' | 'overloaded';
  readonly member: number;
  readonly position: number;
}

/**
 * `finished`: enough vnodes answered. `timeout`: too few did in time. `insufficient`: too many could not. A
 * write that did not finish may take effect all the same.
 */
export type QuorumReason = 'finished' | 'timeout' | 'insufficient';

/** `refused` means that nothing was sent and nothing has changed. */
export type QuorumOutcome =
  | { readonly kind: 'answered'; readonly reason: QuorumReason; readonly results: readonly QuorumResult[] }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly message: string };

export interface QuorumRequestsOptions<Client>
  extends Pick<
    CoordinatorOptions<Client>,
    'self' | 'placement' | 'rings' | 'isUp' | 'vnodes' | 'clock' | 'messages'
  > {
  /** The slots on the wire are this one and those above. */
  firstSlot: number;
  requestsMax: number;
  /** Bytes of the values that all waiting requests hold together. */
  valueBytesMax: number;
  nowMs: () => number;
  random: () => number;
  answer(client: Client, ticket: number, outcome: QuorumOutcome): void;
}

interface Waiting<Client> {
  readonly client: Client;
  readonly ticket: number;
  readonly isWrite: boolean;
  readonly needed: number;
  readonly deadlineMs: number;
  /** Vnodes that have not answered: member and position. */
  readonly asked: { readonly member: number; readonly position: number }[];
  readonly results: QuorumResult[];
  succeeded: number;
  valueBytes: number;
}

export class QuorumRequests<Client> {
  /** Answers that came when nobody waited for them any more. */
  lateReplies = 0;
  readonly #options: QuorumRequestsOptions<Client>;
  readonly #waiting: (Waiting<Client> | undefined)[] = [];
  /** By place: raised when a request ends, so that late answers match nothing. */
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  readonly #list = new PreferenceList(replicasMax);
  readonly #ref: RequestRef = { slot: 0, generation: 0 };
  readonly #found: RecordView = emptyRecordView();
  #valueBytes = 0;

  constructor(options: QuorumRequestsOptions<Client>) {
    this.#options = options;
  }

  /** Requests that wait. */
  get count(): number {
    return this.#waiting.length - this.#free.length;
  }

  get(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk): void {
    this.#start(client, ticket, key, ask, undefined);
  }

  /** Stores a value under a new version; without a value, a tombstone. */
  write(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk, value: ByteRange | undefined): void {
    const record = {
      ...emptyRecordView(),
      version: Buffer.alloc(versionBytes),
      tombstone: value === undefined,
    };
    if (value !== undefined) {
      record.value = value.bytes;
      record.valueStart = value.start;
      record.valueEnd = value.end;
    }
    this.#start(client, ticket, key, ask, record);
  }

  /** A vnode of another member has taken a write, or could not. */
  onPutAck(member: number, ref: RequestRef, position: number, isOk: boolean): void {
    const request = this.#answered(member, ref, position, true);
    if (request === undefined) return;
    if (isOk) this.#note(request, { kind: 'stored', member, position });
    else this.#note(request, { kind: 'error', error: 'failed', member, position });
    this.#check(this.#placeOf(ref), request);
  }

  /** A vnode of another member has looked; `record` is undefined if it could not. */
  onGetReply(
    member: number,
    ref: RequestRef,
    position: number,
    isFound: boolean,
    record: RecordView | undefined,
  ): void {
    const request = this.#answered(member, ref, position, false);
    if (request === undefined) return;
    if (record === undefined) this.#note(request, { kind: 'error', error: 'failed', member, position });
    else this.#noteRead(request, member, position, isFound, record);
    this.#check(this.#placeOf(ref), request);
  }

  memberDown(member: number): void {
    this.#waiting.forEach((request, place) => {
      if (request === undefined) return;
      const lost = request.asked.filter((vnode) => vnode.member === member);
      for (const vnode of lost) {
        request.asked.splice(request.asked.indexOf(vnode), 1);
        this.#note(request, { kind: 'error', error: 'down', ...vnode });
      }
      if (lost.length > 0) this.#check(place, request);
    });
  }

  /** Ends the requests whose deadline has come. */
  tick(nowMs: number): void {
    if (this.count === 0) return;
    this.#waiting.forEach((request, place) => {
      if (request !== undefined && request.deadlineMs <= nowMs) this.#end(place, request, 'timeout');
    });
  }

  #start(
    client: Client,
    ticket: number,
    key: ByteRange,
    ask: QuorumAsk,
    record: RecordView | undefined,
  ): void {
    const { placement, rings, isUp, clock, nowMs, requestsMax, answer } = this.#options;
    const list = this.#list;
    rings.current.lists.select(placement.position(key.bytes, key.start, key.end), ask.n, isUp, list);
    if (list.count < ask.needed) {
      const message = `${list.count} of the ${ask.needed} vnodes needed can be reached; nothing was done.`;
      answer(client, ticket, { kind: 'refused', code: 'unavailable', message });
      return;
    }
    if (this.count >= requestsMax) {
      const message = `${requestsMax} requests with a quorum of their own are waiting, the most this node allows; nothing was done.`;
      answer(client, ticket, { kind: 'refused', code: 'busy', message });
      return;
    }
    if (record !== undefined) clock.next(record.version, 0);
    const request: Waiting<Client> = {
      client,
      ticket,
      isWrite: record !== undefined,
      needed: ask.needed,
      deadlineMs: nowMs() + ask.timeoutMs,
      asked: [],
      results: [],
      succeeded: 0,
      valueBytes: 0,
    };
    const place = this.#take(request);
    this.#send(request, key, record);
    this.#check(place, request);
  }

  #take(request: Waiting<Client>): number {
    const { random, firstSlot } = this.#options;
    const place = this.#free.pop() ?? this.#waiting.length;
    this.#waiting[place] = request;
    this.#generations[place] ??= Math.floor(random() * 0x1_0000_0000);
    this.#ref.slot = firstSlot + place;
    this.#ref.generation = this.#generations[place];
    return place;
  }

  /** Asks every vnode of the list; the local ones answer at once, or through the gate. */
  #send(request: Waiting<Client>, key: ByteRange, record: RecordView | undefined): void {
    const { self, messages } = this.#options;
    const list = this.#list;
    for (let i = 0; i < list.count; i++) {
      const [member, position] = [list.members[i]!, list.positions[i]!];
      if (member !== self) {
        request.asked.push({ member, position });
        if (record === undefined) messages.sendGet(member, this.#ref, position, key);
        else messages.sendPut(member, this.#ref, position, key, record);
      } else if (record === undefined) {
        this.#readLocal(request, key, position);
      } else {
        this.#applyLocal(request, key, position, record);
      }
    }
  }

  #readLocal(request: Waiting<Client>, key: ByteRange, position: number): void {
    const { self, vnodes } = this.#options;
    const found = this.#found;
    const outcome = vnodes.at(position).read(key.bytes, key.start, key.end, found);
    if (outcome === readFailed) {
      this.#note(request, { kind: 'error', error: 'failed', member: self, position });
    } else if (outcome < readUnsettled) {
      this.#noteRead(request, self, position, outcome === readFound, found);
    } else {
      request.asked.push({ member: self, position });
      vnodes.gate!.holdGetReply(self, this.#ref, position, readReplyFlags(outcome, found), found);
    }
  }

  #applyLocal(request: Waiting<Client>, key: ByteRange, position: number, record: RecordView): void {
    const { self, vnodes } = this.#options;
    const result = vnodes.at(position).apply(key.bytes, key.start, key.end, record);
    if (result === refused) {
      this.#note(request, { kind: 'error', error: 'failed', member: self, position });
    } else if (vnodes.gate === undefined) {
      this.#note(request, { kind: 'stored', member: self, position });
    } else {
      request.asked.push({ member: self, position });
      vnodes.gate.holdPutAck(self, this.#ref, position, result === appliedExisted ? flagExisted : 0);
    }
  }

  #noteRead(
    request: Waiting<Client>,
    member: number,
    position: number,
    isFound: boolean,
    record: RecordView,
  ): void {
    if (request.succeeded >= request.needed) return;
    const { value, valueStart, valueEnd, tombstone } = record;
    const bytes = valueEnd - valueStart;
    if (!isFound || tombstone) {
      this.#note(request, { kind: 'not_found', member, position });
    } else if (this.#valueBytes + bytes > this.#options.valueBytesMax) {
      this.#note(request, { kind: 'error', error: 'overloaded', member, position });
    } else {
      const copy = Buffer.from(value.subarray(valueStart, valueEnd));
      this.#valueBytes += bytes;
      request.valueBytes += bytes;
      this.#note(request, { kind: 'value', value: copy, member, position });
    }
  }

  /** Takes a result to the others, unless there are enough. */
  #note(request: Waiting<Client>, result: QuorumResult): void {
    if (request.succeeded >= request.needed) return;
    if (result.kind !== 'error') request.succeeded++;
    request.results.push(result);
  }

  #check(place: number, request: Waiting<Client>): void {
    if (request.succeeded >= request.needed) this.#end(place, request, 'finished');
    else if (request.succeeded + request.asked.length < request.needed)
      this.#end(place, request, 'insufficient');
  }

  /** Frees the place before the answer is given. */
  #end(place: number, request: Waiting<Client>, reason: QuorumReason): void {
    this.#waiting[place] = undefined;
    this.#generations[place] = (this.#generations[place]! + 1) >>> 0;
    this.#free.push(place);
    this.#valueBytes -= request.valueBytes;
    const { client, ticket, results } = request;
    this.#options.answer(client, ticket, { kind: 'answered', reason, results });
  }

  /** The request that waits for this vnode's answer, from which the vnode is then struck off. */
  #answered(
    member: number,
    ref: RequestRef,
    position: number,
    isWrite: boolean,
  ): Waiting<Client> | undefined {
    const place = this.#placeOf(ref);
    const request = this.#generations[place] === ref.generation ? this.#waiting[place] : undefined;
    const at =
      request?.isWrite === isWrite
        ? request.asked.findIndex((vnode) => vnode.member === member && vnode.position === position)
        : -1;
    if (request === undefined || at < 0) {
      this.lateReplies++;
      return undefined;
    }
    request.asked.splice(at, 1);
    return request;
  }

  #placeOf(ref: RequestRef): number {
    return ref.slot - this.#options.firstSlot;
  }
}
