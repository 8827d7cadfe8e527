/**
 * One request that names its own quorum and tells what each vnode answered, as the tutorial's put_quorum,
 * get_quorum and delete_quorum do.
 *
 * Sloppy, vnodes count and not members: on one node, three copies are three answers, each of another partition.
 * Strict, members count, each with its first vnode, and only as primaries. Errors are told and never count.
 *
 * It ends once: when enough have answered, when no longer enough can, or at its deadline. A vnode whose member
 * goes down, or that is slow, is stood in for by a fallback if fallbacks count: the same write goes there under
 * the same version.
 */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import { isAlive, type RecordView } from '../storage/index.js';
import type { HeldBytes } from './held-bytes.js';
import type { OpenRequest, OpenRequests } from './open-requests.js';
import type { QuorumAsk } from './quorum-ask.js';
import type { QuorumReason, QuorumResult } from './quorum-outcome.js';
import type { ReadRepair } from './read-repair.js';
import { ReplicaComparison } from './replica-comparison.js';
import type { ReplicaMessages } from './replica-messages.js';

export interface AskedVnode {
  readonly member: number;
  readonly position: number;
  readonly isPrimary: boolean;
  /** Whether its answer can count; if not, it is only written, so that every copy is there. */
  readonly isCounted: boolean;
}

export interface QuorumRequestOptions {
  open: OpenRequests;
  held: HeldBytes;
  messages: ReplicaMessages;
  repair: Pick<ReadRepair, 'note'>;
  nowMs: () => number;
  /** The wall clock, by which records expire. */
  wallMs: () => number;
  isSelf(member: number): boolean;
  ask: QuorumAsk;
  /** Belongs to the request. */
  key: ByteRange;
  /** What is written, with its version; undefined for a get. Its bytes were taken from `held`. */
  record: RecordView | undefined;
  vnodes: readonly AskedVnode[];
  /** A vnode is slow when it has not answered for so long, and its member has said nothing either. */
  hedgeMs: number;
  heardMs(member: number): number;
  /** Vnodes that may stand in for those of these members; none if only primaries count. */
  fallbacks(unavailable: (member: number) => boolean): readonly AskedVnode[];
  answer(reason: QuorumReason, results: readonly QuorumResult[]): void;
}

export class QuorumRequest implements OpenRequest {
  deadlineMs: number;
  readonly #options: QuorumRequestOptions;
  readonly #ref: RequestRef;
  readonly #asked: AskedVnode[] = [];
  /** All that were ever asked: nobody is asked twice. */
  readonly #known: AskedVnode[] = [];
  readonly #results: QuorumResult[] = [];
  readonly #comparison = new ReplicaComparison();
  readonly #hedgeAtMs: number;
  #heldBytes: number;
  #isHedged = false;
  #isAnswered = false;
  #isClosed = false;
  #succeeded = 0;
  #primaries = 0;
  readonly #members = new Set<number>();

  constructor(options: QuorumRequestOptions) {
    this.#options = options;
    const { nowMs, ask, open, hedgeMs, record } = options;
    this.deadlineMs = nowMs() + ask.timeoutMs;
    this.#hedgeAtMs = nowMs() + hedgeMs;
    this.#heldBytes = record === undefined ? 0 : record.valueEnd - record.valueStart;
    this.#ref = open.open(this);
    this.#send(options.vnodes);
    this.#check();
  }

  onPutAck(member: number, position: number, isOk: boolean): boolean {
    const vnode = this.#strike(member, position);
    if (vnode === undefined || this.#options.record === undefined) return false;
    if (!vnode.isCounted) return true;
    this.#note(vnode, isOk ? { kind: 'stored', member, position } : failed(vnode, 'failed'));
    this.#check();
    return true;
  }

  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean {
    const vnode = this.#strike(member, position);
    if (vnode === undefined || this.#options.record !== undefined) return false;
    if (record === undefined) {
      this.#note(vnode, failed(vnode, 'failed'));
      this.#comparison.noteUnreadable();
    } else {
      this.#comparison.note(isFound ? record : undefined, vnode.isPrimary);
      if (!this.#isAnswered) this.#noteRead(vnode, isFound, record);
    }
    this.#check();
    return true;
  }

  memberDown(member: number): void {
    const lost = this.#asked.filter((vnode) => vnode.member === member);
    if (lost.length === 0) return;
    for (const vnode of lost) {
      this.#asked.splice(this.#asked.indexOf(vnode), 1);
      if (vnode.isCounted) this.#note(vnode, failed(vnode, 'down'));
    }
    if (!this.#isAnswered) this.#send(this.#options.fallbacks((other) => other === member));
    this.#check();
  }

  memberUp(): void {}

  /**
   * Asks fallbacks on further members beside vnodes that are slow: once, and for a get only when a primary has
   * answered, since a fallback that knows nothing says nothing about a primary that may.
   */
  tick(nowMs: number): void {
    if (this.#isHedged || this.#isAnswered || nowMs < this.#hedgeAtMs) return;
    const { record, hedgeMs, heardMs } = this.#options;
    if (record === undefined && this.#primaries === 0) return;
    const silent = this.#asked.filter(({ member }) => nowMs - heardMs(member) >= hedgeMs);
    if (silent.length === 0) return;
    this.#isHedged = true;
    const slow = new Set(silent.map(({ member }) => member));
    const known = new Set(this.#known.map(({ member }) => member));
    this.#send(
      this.#options.fallbacks((member) => slow.has(member)).filter(({ member }) => !known.has(member)),
    );
  }

  deadline(): void {
    if (this.#isAnswered) this.#close();
    else this.#answer('timeout');
  }

  /** Asks this node's own vnodes last: they answer while they are being asked. */
  #send(vnodes: readonly AskedVnode[]): void {
    const { key, record, messages, isSelf } = this.#options;
    const fresh = vnodes.filter(
      ({ member, position }) =>
        !this.#known.some((known) => known.member === member && known.position === position),
    );
    this.#known.push(...fresh);
    this.#asked.push(...fresh);
    const own = fresh.filter(({ member }) => isSelf(member));
    for (const { member, position } of [...fresh.filter(({ member }) => !isSelf(member)), ...own]) {
      if (record === undefined) messages.sendGet(member, this.#ref, position, key, 0);
      else messages.sendPut(member, this.#ref, position, key, record);
    }
  }

  #noteRead(vnode: AskedVnode, isFound: boolean, record: RecordView): void {
    const { member, position } = vnode;
    const { value, valueStart, valueEnd } = record;
    const bytes = valueEnd - valueStart;
    if (!isFound || !isAlive(record, this.#options.wallMs())) {
      this.#note(vnode, { kind: 'not_found', member, position });
    } else if (!this.#options.held.take(bytes)) {
      this.#note(vnode, failed(vnode, 'overloaded'));
    } else {
      const copy = Buffer.from(value.subarray(valueStart, valueEnd));
      this.#heldBytes += bytes;
      this.#note(vnode, { kind: 'value', value: copy, member, position });
    }
  }

  /** Takes a result to the others, unless the request has ended. */
  #note(vnode: AskedVnode, result: QuorumResult): void {
    if (this.#isAnswered) return;
    this.#results.push(result);
    if (result.kind === 'error') return;
    this.#succeeded++;
    if (vnode.isPrimary) this.#primaries++;
    this.#members.add(vnode.member);
  }

  #check(): void {
    if (this.#isClosed) return;
    if (this.#isAnswered) {
      if (this.#asked.length === 0) this.#close();
      return;
    }
    const { needed, primaries, nodes } = this.#options.ask;
    if (this.#succeeded >= needed && this.#primaries >= primaries && this.#members.size >= nodes) {
      this.#answer('finished');
      return;
    }
    const left = this.#asked.filter(({ isCounted }) => isCounted);
    const members = new Set([...this.#members, ...left.map(({ member }) => member)]);
    const isPossible =
      this.#succeeded + left.length >= needed &&
      this.#primaries + left.filter(({ isPrimary }) => isPrimary).length >= primaries &&
      members.size >= nodes;
    if (!isPossible) this.#answer('insufficient');
  }

  /** Answers; a get then listens on for a while, to see whether the replicas agree. */
  #answer(reason: QuorumReason): void {
    const { open, held, record, nowMs, answer } = this.#options;
    this.#isAnswered = true;
    held.give(this.#heldBytes);
    this.#heldBytes = 0;
    const isListening =
      record === undefined && reason === 'finished' && this.#asked.length > 0 && open.mayLinger;
    if (isListening) this.deadlineMs = open.linger(this.#ref, nowMs());
    else this.#close();
    answer(reason, this.#results);
  }

  #close(): void {
    this.#isClosed = true;
    this.#options.open.close(this.#ref);
    if (this.#comparison.isUneven) this.#options.repair.note(this.#options.key);
  }

  /** The vnode whose answer has come, which is then struck off; undefined if it is not awaited. */
  #strike(member: number, position: number): AskedVnode | undefined {
    const at = this.#asked.findIndex((vnode) => vnode.member === member && vnode.position === position);
    return at < 0 ? undefined : this.#asked.splice(at, 1)[0];
  }
}

function failed({ member, position }: AskedVnode, error: 'down' | 'failed' | 'overloaded'): QuorumResult {
  return { kind: 'error', error, member, position };
}
