/**
 * All requests of a node: composes the table of plain ones, those that are objects, and repairs, and hands each
 * answer to the one that waits for it. Slots of plain requests end where places of open ones begin.
 */
import type { ByteRange } from '../byte-range.js';
import { flagExisted, flagFailed, flagUncertain, type RequestRef } from '../link/index.js';
import type { RecordView } from '../storage/index.js';
import { type AtomicAsk, AtomicRequests } from './atomic-requests.js';
import type { Consistency } from './consistency.js';
import { Coordinator, type CoordinatorOptions } from './coordinator.js';
import { ForwardedUpdates, type ForwardedUpdatesOptions } from './forwarded-updates.js';
import { HeldBytes } from './held-bytes.js';
import { KeyUpdates } from './key-updates.js';
import { OpenRequests } from './open-requests.js';
import { PendingRequests } from './pending-requests.js';
import type { PlantedFault } from './planted-fault.js';
import type { QuorumAsk } from './quorum-ask.js';
import { QuorumRequests, type QuorumRequestsOptions } from './quorum-requests.js';
import { ReadRepair } from './read-repair.js';
import { recordOf } from './record-of.js';
import { Redirects } from './redirects.js';
import { RequestAnswers } from './request-answers.js';
import { RequestBytes } from './request-bytes.js';
import type { RequestLimits } from './request-limits.js';
import type { Answers } from './request-outcome.js';
import { RequestTable } from './request-table.js';
import { ToldAtomicAnswer } from './told-atomic-answer.js';
import type { UpdateAsk, UpdateOutcome } from './update-ask.js';

export interface RequestsOptions<Client>
  extends Pick<
    CoordinatorOptions<Client>,
    'self' | 'placement' | 'rings' | 'isUp' | 'vnodes' | 'clock' | 'messages'
  > {
  /** What plain requests may rely on. */
  consistency: Consistency;
  limits: RequestLimits;
  nowMs: () => number;
  /** The wall clock, by which records expire. */
  wallMs: () => number;
  /** When something was last heard of a member. */
  heardMs(member: number): number;
  random: () => number;
  answers: Answers<Client>;
  answerQuorum: QuorumRequestsOptions<Client>['answer'];
  sendUpdate: ForwardedUpdatesOptions['sendUpdate'];
  plantedFault: PlantedFault | undefined;
}

export class Requests<Client> {
  readonly coordinator: Coordinator<Client>;
  readonly #quorumRequests: QuorumRequests<Client>;
  readonly #atomic: AtomicRequests;
  readonly #answerQuorum: QuorumRequestsOptions<Client>['answer'];
  readonly #wallMs: () => number;
  readonly #table: RequestTable<Client>;
  readonly #pending: PendingRequests<Client>;
  readonly #redirects: Redirects;
  readonly #open: OpenRequests;
  readonly #repair: ReadRepair;
  readonly #self: number;
  readonly #updates: KeyUpdates;
  readonly #forwarded: ForwardedUpdates;
  readonly #firstOpenSlot: number;

  constructor(options: RequestsOptions<Client>) {
    const { limits, nowMs, random, placement, rings, isUp, consistency } = options;
    this.#firstOpenSlot = limits.requestsMax;
    this.#answerQuorum = options.answerQuorum;
    this.#wallMs = options.wallMs;
    this.#table = new RequestTable(limits.requestsMax, random);
    this.#open = new OpenRequests({
      firstSlot: limits.requestsMax,
      random,
      lingeringMax: limits.lingeringMax,
      lingerMs: limits.lingerMs,
    });
    const held = new HeldBytes(limits.quorumValueBytesMax);
    const parts = { ...options, open: this.#open, held };
    this.#repair = new ReadRepair({
      ...parts,
      limits: limits.repair,
      select: (key, list) => {
        const { lists, quorum, copies, ringSize } = rings.current;
        const n = consistency === 'atomic' ? copies : quorum.n;
        lists.select(placement.position(key.bytes, key.start, key.end), n, isUp, list);
        return Math.min(n, ringSize);
      },
    });
    const answers = new RequestAnswers(options.answers, options.wallMs);
    const isStrict = consistency === 'strict';
    this.#redirects = new Redirects({
      ...options,
      table: this.#table,
      bytes: new RequestBytes(limits.keptBytesMax),
      isStrict,
      hedgeMs: limits.hedgeMs,
      repair: (key) => this.#repair.note(key),
    });
    this.#pending = new PendingRequests({
      table: this.#table,
      answers,
      nowMs,
      timeoutMs: limits.requestTimeoutMs,
      redirects: this.#redirects,
      lingeringMax: Math.min(limits.lingeringMax, limits.requestsMax >> 3),
      lingerMs: limits.lingerMs,
    });
    this.#atomic = new AtomicRequests({
      ...parts,
      repair: this.#repair,
      timeoutMs: limits.requestTimeoutMs,
      requestsMax: limits.quorumRequestsMax,
    });
    this.#self = options.self;
    this.#updates = new KeyUpdates({
      ...parts,
      isSelf: (member) => member === options.self,
      isUp: (member) => isUp[member] === 1,
      isUpByMember: isUp,
      isStrict,
      timeoutMs: limits.requestTimeoutMs,
      updatesMax: limits.quorumRequestsMax,
    });
    this.#forwarded = new ForwardedUpdates({
      ...options,
      timeoutMs: limits.requestTimeoutMs,
      updatesMax: limits.quorumRequestsMax,
    });
    this.coordinator = new Coordinator({
      ...options,
      isStrict,
      redirects: this.#redirects,
      atomic: consistency === 'atomic' ? this.#atomic : undefined,
      answers,
      pending: this.#pending,
    });
    this.#quorumRequests = new QuorumRequests({
      ...parts,
      repair: this.#repair,
      requestsMax: limits.quorumRequestsMax,
      hedgeMs: limits.hedgeMs,
      answer: options.answerQuorum,
    });
  }

  /** A get that names its own quorum. */
  get(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk): void {
    if (ask.consistency !== 'atomic') this.#quorumRequests.get(client, ticket, key, ask);
    else this.#atomic.get(key, this.#toldAnswer(client, ticket), atomicAsk(ask));
  }

  /** A put or, without a value, a delete that names its own quorum. */
  write(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk, value: ByteRange | undefined): void {
    if (ask.consistency !== 'atomic') this.#quorumRequests.write(client, ticket, key, ask, value);
    else this.#atomic.write(key, recordOf(value), this.#toldAnswer(client, ticket), atomicAsk(ask));
  }

  /**
   * A change that depends on what is there, made by the member through which those of the key go. Not for clusters
   * whose plain requests are atomic.
   */
  update(key: ByteRange, ask: UpdateAsk, done: (outcome: UpdateOutcome) => void): void {
    const member = this.#updates.coordinatorOf(key) ?? this.#self;
    if (member === this.#self) this.#updates.run(key, ask, done);
    else this.#forwarded.send(member, key, ask, done);
  }

  /** As `update`, at this node whoever the changes of the key go through: another member has passed it on. */
  updateHere(key: ByteRange, ask: UpdateAsk, done: (outcome: UpdateOutcome) => void): void {
    this.#updates.run(key, ask, done);
  }

  /** A member has told what became of a change that was passed on to it. */
  onUpdateReply(member: number, ref: RequestRef, outcome: UpdateOutcome): void {
    this.#forwarded.onReply(member, ref, outcome);
  }

  /** Replicas of a key differ, or one of them is damaged. */
  repair(key: ByteRange): void {
    this.#repair.note(key);
  }

  /** A vnode has taken a write, or could not, as the message's flags say. */
  onPutAck(member: number, ref: RequestRef, position: number, flags: number): void {
    const isOk = (flags & flagFailed) === 0;
    const existed = (flags & flagExisted) !== 0;
    if (ref.slot >= this.#firstOpenSlot) this.#open.onPutAck(member, ref, position, isOk, existed);
    else this.#pending.onPutAck(member, ref, position, isOk, existed, (flags & flagUncertain) !== 0);
  }

  /** A vnode has looked; `record` is undefined if it could not. */
  onGetReply(
    member: number,
    ref: RequestRef,
    position: number,
    isFound: boolean,
    record: RecordView | undefined,
  ): void {
    const requests = ref.slot >= this.#firstOpenSlot ? this.#open : this.#pending;
    requests.onGetReply(member, ref, position, isFound, record);
  }

  memberDown(member: number): void {
    this.#pending.memberDown(member);
    this.#open.memberDown(member);
    this.#forwarded.memberDown(member);
  }

  memberUp(member: number): void {
    this.#open.memberUp(member);
  }

  tick(nowMs: number): void {
    this.#pending.tick(nowMs);
    this.#open.tick(nowMs);
    this.#updates.tick(nowMs);
    this.#forwarded.tick(nowMs);
    this.#repair.tick(nowMs);
  }

  /** Requests that wait for an answer. */
  get waiting(): number {
    return this.#pending.waiting + this.#open.waiting + this.#forwarded.waiting;
  }

  /** For INFO and metrics, as name and value. */
  counters(): readonly (readonly [name: string, value: number])[] {
    return [
      ['requests_waiting', this.waiting],
      ['late_replies', this.#pending.lateReplies + this.#open.lateReplies],
      ['requests_redirected_total', this.#redirects.redirected],
      ['read_repairs_total', this.#repair.repaired],
      ['read_repairs_queued', this.#repair.queued],
      ['read_repairs_dropped_total', this.#repair.dropped],
    ];
  }

  #toldAnswer(client: Client, ticket: number): ToldAtomicAnswer {
    return new ToldAtomicAnswer(this.#wallMs, (outcome) => this.#answerQuorum(client, ticket, outcome));
  }
}

/** Only primaries answer atomic requests, and each of another node. */
function atomicAsk({ needed, isNeededNamed, primaries, nodes, timeoutMs }: QuorumAsk): AtomicAsk {
  return { needed: Math.max(isNeededNamed ? needed : 0, primaries, nodes), timeoutMs };
}
