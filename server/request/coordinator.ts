/**
 * Coordinates requests: finds the vnodes of a key, asks the local ones directly and the others over links, and
 * leaves the counting of answers to PendingRequests. A request that cannot succeed is refused before anything
 * is sent, with an error that says so.
 *
 * Sloppy, fallbacks stand in for members whose links are down, and count; strict, only primaries are asked; atomic
 * requests go to AtomicRequests. What fallbacks took stays with them: handing it back is not done here.
 *
 * What the local vnodes alone can answer is answered at once, without a slot and without allocating anything.
 * Where they are durable only after a while, their answers come through the gate, as if from another member.
 */
import type { ByteRange } from '../byte-range.js';
import { flagExisted } from '../link/index.js';
import { type HybridClock, neverExpires, versionBytes } from '../object/index.js';
import { type KeyPlacement, PreferenceList } from '../ring/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import {
  appliedExisted,
  readFailed,
  readFound,
  readReplyFlags,
  readUnsettled,
  refused,
  type VnodeTable,
} from '../vnode/index.js';
import type { AtomicRequests } from './atomic-requests.js';
import type { PendingRequests } from './pending-requests.js';
import { PlainAtomicAnswer } from './plain-atomic-answer.js';
import { replicasMax } from './quorum.js';
import { recordOf } from './record-of.js';
import type { Redirects } from './redirects.js';
import type { ReplicaMessages } from './replica-messages.js';
import type { RequestAnswers } from './request-answers.js';
import type { Asker } from './request-outcome.js';
import type { RingHolder } from './request-ring.js';

export interface CoordinatorOptions<Client> {
  /** The number of this member. */
  self: number;
  placement: KeyPlacement;
  rings: RingHolder;
  /** 1 for each member that can be asked now; kept up to date by the owner. */
  isUp: Uint8Array;
  /** Only primaries count. */
  isStrict: boolean;
  /** Takes all requests, if the cluster's consistency is atomic. */
  atomic: AtomicRequests | undefined;
  vnodes: VnodeTable;
  clock: HybridClock;
  messages: ReplicaMessages;
  answers: RequestAnswers<Client>;
  pending: PendingRequests<Client>;
  redirects: Redirects;
}

export class Coordinator<Client> {
  readonly #options: CoordinatorOptions<Client>;
  readonly #list = new PreferenceList(replicasMax);
  /** The position of the key that the list is of. */
  #position = 0;
  /** The record being written, and the one found in a local vnode. */
  readonly #written: RecordView = { ...emptyRecordView(), version: Buffer.alloc(versionBytes) };
  readonly #found: RecordView = emptyRecordView();

  constructor(options: CoordinatorOptions<Client>) {
    this.#options = options;
  }

  /** Gets the newest record that r members know. */
  get(asker: Asker<Client>, key: ByteRange): void {
    const { rings, atomic, answers } = this.#options;
    const { n, r } = rings.current.quorum;
    if (atomic !== undefined) atomic.get(key, new PlainAtomicAnswer(answers, asker));
    else this.#get(asker, key, n, r);
  }

  /** As `get`, from the key's first vnode alone. */
  getFirst(asker: Asker<Client>, key: ByteRange): void {
    this.#get(asker, key, 1, 1);
  }

  /** Stores a value under a new version; it ends at `expiresMs`, see object/expiry.ts. */
  put(asker: Asker<Client>, key: ByteRange, value: ByteRange, expiresMs: number): void {
    const { atomic, answers } = this.#options;
    if (atomic !== undefined) {
      atomic.write(key, recordOf(value, expiresMs), new PlainAtomicAnswer(answers, asker));
      return;
    }
    const record = this.#written;
    record.tombstone = false;
    record.value = value.bytes;
    record.valueStart = value.start;
    record.valueEnd = value.end;
    record.expiresMs = expiresMs;
    this.#write(asker, key);
  }

  /** Stores a tombstone under a new version. */
  delete(asker: Asker<Client>, key: ByteRange): void {
    const { atomic, answers } = this.#options;
    if (atomic !== undefined) {
      atomic.write(key, recordOf(undefined), new PlainAtomicAnswer(answers, asker));
      return;
    }
    const record = this.#written;
    record.tombstone = true;
    record.value = nothing;
    record.valueStart = 0;
    record.valueEnd = 0;
    record.expiresMs = neverExpires;
    this.#write(asker, key);
  }

  #get(asker: Asker<Client>, key: ByteRange, n: number, r: number): void {
    const { self, pending, redirects } = this.#options;
    const list = this.#list;
    const needed = this.#select(key, n, r);
    if (needed === 1) {
      // One answer is enough: the first local vnode gives it, whoever else is in the list.
      for (let i = 0; i < list.count; i++) {
        if (list.members[i] !== self) continue;
        if (this.#getLocal(asker, key, list.positions[i]!)) return;
        break;
      }
    }
    if (this.#isRefused(asker, needed)) return;
    const slot = pending.begin(asker, needed, false);
    redirects.keep(slot, this.#position, n, key, undefined);
    this.#sendGets(slot, key);
    pending.check(slot);
  }

  /** Answers from a vnode of our own; false if it cannot tell, or not yet. */
  #getLocal(asker: Asker<Client>, key: ByteRange, position: number): boolean {
    const { self, vnodes, answers } = this.#options;
    const record = this.#found;
    const outcome = vnodes.at(position).read(key.bytes, key.start, key.end, record);
    if (outcome > readFound) return false;
    answers.read(asker, outcome === readFound, record, self, position);
    return true;
  }

  #sendGets(slot: number, key: ByteRange): void {
    const { self, messages, vnodes, pending } = this.#options;
    const list = this.#list;
    const record = this.#found;
    const ref = pending.refOf(slot);
    for (let i = 0; i < list.count; i++) {
      const member = list.members[i]!;
      const position = list.positions[i]!;
      const entry = pending.expect(slot, member, position, list.isPrimary[i]!);
      if (member !== self) {
        messages.sendGet(member, ref, position, key, 0);
        continue;
      }
      const outcome = vnodes.at(position).read(key.bytes, key.start, key.end, record);
      if (outcome === readFailed) pending.noteUnreadable(slot, entry);
      else if (outcome < readUnsettled) pending.keepRead(slot, entry, outcome === readFound, record);
      else vnodes.gate!.holdGetReply(self, ref, position, readReplyFlags(outcome, record), record);
    }
  }

  #write(asker: Asker<Client>, key: ByteRange): void {
    const { self, rings, clock, pending, vnodes, redirects } = this.#options;
    const { quorum } = rings.current;
    const list = this.#list;
    const needed = this.#select(key, quorum.n, quorum.w);
    if (vnodes.gate === undefined && needed === 1 && list.count === 1 && list.members[0] === self) {
      clock.next(this.#written.version, 0);
      this.#writeLocal(asker, key, list.positions[0]!);
      return;
    }
    if (this.#isRefused(asker, needed)) return;
    clock.next(this.#written.version, 0);
    const slot = pending.begin(asker, needed, true);
    redirects.keep(slot, this.#position, quorum.n, key, this.#written);
    this.#sendPuts(slot, key);
    pending.check(slot);
  }

  #writeLocal(asker: Asker<Client>, key: ByteRange, position: number): void {
    const { self, vnodes, answers } = this.#options;
    const result = vnodes.at(position).apply(key.bytes, key.start, key.end, this.#written);
    if (result === refused) answers.failed(asker, 'storage-full', 'this node can store no more.');
    else answers.stored(asker, result === appliedExisted, self, position);
  }

  #sendPuts(slot: number, key: ByteRange): void {
    const { self, messages, vnodes, pending } = this.#options;
    const list = this.#list;
    const ref = pending.refOf(slot);
    for (let i = 0; i < list.count; i++) {
      const member = list.members[i]!;
      const position = list.positions[i]!;
      const entry = pending.expect(slot, member, position, list.isPrimary[i]!);
      if (member !== self) {
        messages.sendPut(member, ref, position, key, this.#written);
        continue;
      }
      const result = vnodes.at(position).apply(key.bytes, key.start, key.end, this.#written);
      if (result === refused) pending.noteFailed(entry);
      else if (vnodes.gate === undefined) pending.noteStored(slot, entry, result === appliedExisted);
      else vnodes.gate.holdPutAck(self, ref, position, result === appliedExisted ? flagExisted : 0);
    }
  }

  /** Fills the preference list and returns how many distinct members must answer. */
  #select(key: ByteRange, n: number, wanted: number): number {
    const { placement, rings, isUp, isStrict } = this.#options;
    const { lists, distinctOwners } = rings.current;
    const list = this.#list;
    const position = placement.position(key.bytes, key.start, key.end);
    this.#position = position;
    lists.select(position, n, isUp, list);
    // Primaries come first.
    if (isStrict) while (list.count > 0 && list.isPrimary[list.count - 1] === 0) list.count--;
    const possible = distinctOwners[position]!;
    return wanted < possible ? wanted : possible;
  }

  /** Answers with a definite error, nothing having been sent, if the request cannot succeed now. */
  #isRefused(asker: Asker<Client>, needed: number): boolean {
    const { pending, answers } = this.#options;
    const members = distinctMembers(this.#list);
    if (members < needed) {
      const message = `${members} of the ${needed} members needed can be reached; nothing was done.`;
      answers.failed(asker, 'unavailable', message);
      return true;
    }
    if (pending.isFull) {
      const message = `${pending.capacity} requests are waiting, the most this node allows; nothing was done.`;
      answers.failed(asker, 'busy', message);
      return true;
    }
    return false;
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
