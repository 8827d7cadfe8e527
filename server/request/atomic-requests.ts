/**
 * Starts atomic requests: finds the vnodes that vote on a key, and refuses what cannot succeed before anything
 * is sent. All atomic requests of a key must ask the same vnodes, so its copies are the cluster's n.
 */
import type { ByteRange } from '../byte-range.js';
import { PreferenceList } from '../ring/index.js';
import type { AtomicAnswer } from './atomic-answer.js';
import type { AtomicParts } from './atomic-parts.js';
import { AtomicRead } from './atomic-read.js';
import { AtomicWrite } from './atomic-write.js';
import type { CoordinatorOptions } from './coordinator.js';
import { copyOfRange, copyOfRecord } from './held-record.js';
import { replicasMax } from './quorum.js';
import { recordOf } from './quorum-requests.js';
import { majority, type VotingVnodes, votingVnodes } from './replica-groups.js';
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
    const { timeoutMs = this.#options.timeoutMs, needed = 1 } = ask ?? {};
    const voting = this.#admit(key, needed, answer);
    if (voting !== undefined)
      new AtomicRead(this.#parts, { key: copyOfRange(key), voting, timeoutMs, answer });
  }

  /** Stores a value; without one, a tombstone. */
  write(key: ByteRange, value: ByteRange | undefined, answer: AtomicAnswer, ask?: AtomicAsk): void {
    const { timeoutMs = this.#options.timeoutMs, needed = 1 } = ask ?? {};
    const { held } = this.#options;
    const voting = this.#admit(key, needed, answer);
    if (voting === undefined) return;
    const record = recordOf(value);
    if (!held.take(record.valueEnd - record.valueStart)) {
      const message = `waiting requests hold ${held.max} bytes of values, the most this node allows`;
      answer.failed('busy', `${message}; nothing was done.`);
      return;
    }
    new AtomicWrite(this.#parts, { key: copyOfRange(key), voting, timeoutMs, answer }, copyOfRecord(record));
  }

  /** The vnodes that vote; undefined if the request was refused. */
  #admit(key: ByteRange, needed: number, answer: AtomicAnswer): VotingVnodes | undefined {
    const { open, requestsMax } = this.#options;
    if (open.waiting >= requestsMax) {
      const message = `${requestsMax} requests are waiting, the most this node allows; nothing was done.`;
      answer.failed('busy', message);
      return undefined;
    }
    const voting = this.#voting(key, needed);
    for (const group of voting.groups) {
      const up = group.vnodes.filter(({ member }) => this.#parts.isUp(member)).length;
      if (up >= group.needed) continue;
      const message = `${up} of the ${group.needed} primaries needed can be reached; nothing was done.`;
      answer.failed('unavailable', message);
      return undefined;
    }
    return voting;
  }

  #voting(key: ByteRange, needed: number): VotingVnodes {
    const { placement, rings } = this.#options;
    listPrimaries(rings.current, placement.position(key.bytes, key.start, key.end), this.#list);
    return votingVnodes([this.#list], (members) => Math.max(majority(members), needed));
  }
}
