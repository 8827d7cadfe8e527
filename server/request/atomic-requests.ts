/**
 * Starts atomic requests: finds who votes on a key, and refuses what cannot succeed before anything is sent. All
 * atomic requests of a key must ask the same members, so its copies are the cluster's n, even where there are
 * fewer members: then some hold several.
 *
 * While ownership moves, a majority of the old primaries and one of the new must vote. Each message says who votes
 * on the key as its sender knows it, and a member that knows it otherwise refuses: so two requests that overlap
 * have a voter in common, whatever their nodes have heard.
 */
import type { ByteRange } from '../byte-range.js';
import { PreferenceList } from '../ring/index.js';
import { copyOfRecord, type RecordView } from '../storage/index.js';
import type { AtomicAnswer } from './atomic-answer.js';
import type { AtomicParts, AtomicStart } from './atomic-parts.js';
import { AtomicRead } from './atomic-read.js';
import { AtomicWrite } from './atomic-write.js';
import type { CoordinatorOptions } from './coordinator.js';
import { copyOfRange } from './held-record.js';
import { replicasMax } from './quorum.js';
import { majority, type ReplicaGroup, votingGroups } from './replica-groups.js';
import { listPrimaries } from './request-ring.js';

export interface AtomicRequestsOptions
  extends Omit<AtomicParts, 'isSelf' | 'isUp'>,
    Pick<CoordinatorOptions<unknown>, 'self' | 'placement' | 'rings' | 'isUp'> {
  timeoutMs: number;
  requestsMax: number;
}

/** What one request asks for besides. */
export interface AtomicAsk {
  /** Members that must answer; a majority must in any case. */
  readonly needed: number;
  readonly timeoutMs: number;
}

export class AtomicRequests {
  readonly #options: AtomicRequestsOptions;
  readonly #parts: AtomicParts;
  readonly #list = new PreferenceList(replicasMax);
  readonly #nextList = new PreferenceList(replicasMax);

  constructor(options: AtomicRequestsOptions) {
    this.#options = options;
    const { self, isUp, ...parts } = options;
    this.#parts = {
      ...parts,
      isSelf: (member) => member === self,
      isUp: (member) => isUp[member] === 1,
    };
  }

  get(key: ByteRange, answer: AtomicAnswer, ask?: AtomicAsk): void {
    const start = this.#admit(key, answer, ask);
    if (start !== undefined) new AtomicRead(this.#parts, start);
  }

  /** Stores a record, which is copied, under a version that is issued later. */
  write(key: ByteRange, record: RecordView, answer: AtomicAnswer, ask?: AtomicAsk): void {
    const { held } = this.#options;
    const start = this.#admit(key, answer, ask);
    if (start === undefined) return;
    if (held.take(record.valueEnd - record.valueStart)) {
      new AtomicWrite(this.#parts, start, copyOfRecord(record));
      return;
    }
    const message = `waiting requests hold ${held.max} bytes of values, the most this node allows`;
    answer.failed('busy', `${message}; nothing was done.`);
  }

  /** How a request starts; undefined if it was refused. */
  #admit(key: ByteRange, answer: AtomicAnswer, ask: AtomicAsk | undefined): AtomicStart | undefined {
    const { open, requestsMax, placement, rings } = this.#options;
    const { timeoutMs = this.#options.timeoutMs, needed = 1 } = ask ?? {};
    if (open.waiting >= requestsMax) {
      const message = `${requestsMax} requests are waiting, the most this node allows; nothing was done.`;
      answer.failed('busy', message);
      return undefined;
    }
    const position = placement.position(key.bytes, key.start, key.end);
    const groups = this.#groups(position, needed);
    for (const group of groups) {
      const up = group.voters.filter(([vnode]) => this.#parts.isUp(vnode!.member)).length;
      if (up >= group.needed) continue;
      const message = `${up} of the ${group.needed} primaries needed can be reached; nothing was done.`;
      answer.failed('unavailable', message);
      return undefined;
    }
    return { key: copyOfRange(key), groups, view: rings.current.views[position]!, timeoutMs, answer };
  }

  #groups(position: number, needed: number): ReplicaGroup[] {
    const { owners, nextOwners, copies } = this.#options.rings.current;
    listPrimaries(owners, position, copies, this.#list);
    const lists = [this.#list];
    if (nextOwners !== owners) {
      listPrimaries(nextOwners, position, copies, this.#nextList);
      lists.push(this.#nextList);
    }
    return votingGroups(lists, (members) => Math.max(majority(members), needed));
  }
}
