/**
 * Starts requests that name their own quorum: finds their vnodes, refuses what cannot succeed before anything is
 * sent, and issues the version of a write, once. Their number and the bytes that they hold are limited.
 */
import type { ByteRange } from '../byte-range.js';
import { PreferenceList } from '../ring/index.js';
import { copyOfRecord, type RecordView } from '../storage/index.js';
import type { CoordinatorOptions } from './coordinator.js';
import type { HeldBytes } from './held-bytes.js';
import { copyOfRange } from './held-record.js';
import type { OpenRequests } from './open-requests.js';
import { replicasMax } from './quorum.js';
import type { QuorumAsk } from './quorum-ask.js';
import type { QuorumOutcome } from './quorum-outcome.js';
import { type AskedVnode, QuorumRequest } from './quorum-request.js';
import type { ReadRepair } from './read-repair.js';
import { recordOf } from './record-of.js';

export interface QuorumRequestsOptions<Client>
  extends Pick<CoordinatorOptions<Client>, 'self' | 'placement' | 'rings' | 'isUp' | 'clock' | 'messages'> {
  open: OpenRequests;
  held: HeldBytes;
  repair: Pick<ReadRepair, 'note'>;
  requestsMax: number;
  hedgeMs: number;
  heardMs(member: number): number;
  nowMs: () => number;
  wallMs: () => number;
  answer(client: Client, ticket: number, outcome: QuorumOutcome): void;
}

export class QuorumRequests<Client> {
  readonly #options: QuorumRequestsOptions<Client>;
  readonly #list = new PreferenceList(replicasMax);
  /** Filled in again for each use. */
  #isAvailable: Uint8Array | undefined;

  constructor(options: QuorumRequestsOptions<Client>) {
    this.#options = options;
  }

  get(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk): void {
    this.#start(client, ticket, key, ask, undefined);
  }

  /** Stores a value under a new version; without a value, a tombstone. */
  write(client: Client, ticket: number, key: ByteRange, ask: QuorumAsk, value: ByteRange | undefined): void {
    this.#start(client, ticket, key, ask, recordOf(value));
  }

  #start(
    client: Client,
    ticket: number,
    key: ByteRange,
    asked: QuorumAsk,
    unheld: RecordView | undefined,
  ): void {
    const { open, requestsMax, held, clock, answer, self } = this.#options;
    const refuse = (code: 'unavailable' | 'busy', message: string) =>
      answer(client, ticket, { kind: 'failed', code, message: `${message}; nothing was done.` });
    const isWrite = unheld !== undefined;
    const vnodes = this.#vnodes(key, asked, this.#options.isUp, isWrite);
    const ask = { ...asked, needed: this.#needed(key, asked) };
    const missing = missingOf(ask, vnodes);
    if (missing !== undefined) {
      refuse('unavailable', missing);
      return;
    }
    if (open.waiting >= requestsMax) {
      refuse(
        'busy',
        `${requestsMax} requests with a quorum of their own are waiting, the most this node allows`,
      );
      return;
    }
    if (unheld !== undefined && !held.take(unheld.valueEnd - unheld.valueStart)) {
      refuse('busy', `waiting requests hold ${held.max} bytes of values, the most this node allows`);
      return;
    }
    const record = unheld === undefined ? undefined : copyOfRecord(unheld);
    if (record !== undefined) clock.next(record.version, 0);
    const ownKey = copyOfRange(key);
    new QuorumRequest({
      ...this.#options,
      isSelf: (member) => member === self,
      ask,
      key: ownKey,
      record,
      vnodes,
      fallbacks: (unavailable) => this.#fallbacks(ownKey, ask, unavailable),
      answer: (reason, results) => answer(client, ticket, { kind: 'answered', reason, results }),
    });
  }

  /** Strict: the primaries that are up, each member counted once. Sloppy: with fallbacks, each vnode counted. */
  #vnodes(key: ByteRange, ask: QuorumAsk, isUp: Uint8Array, isWrite: boolean): AskedVnode[] {
    const { placement, rings } = this.#options;
    const list = this.#list;
    rings.current.lists.select(placement.position(key.bytes, key.start, key.end), ask.n, isUp, list);
    const isStrict = ask.consistency !== 'sloppy';
    const vnodes: AskedVnode[] = [];
    for (let i = 0; i < list.count; i++) {
      const [member, position, isPrimary] = [list.members[i]!, list.positions[i]!, list.isPrimary[i] === 1];
      const isCounted = !isStrict || !vnodes.some((vnode) => vnode.member === member);
      if ((isStrict && !isPrimary) || (!isCounted && !isWrite)) continue;
      vnodes.push({ member, position, isPrimary, isCounted });
    }
    return vnodes;
  }

  /** Strict, a number that was not named is met by all primaries there are, where the ring has too few. */
  #needed(key: ByteRange, ask: QuorumAsk): number {
    if (ask.consistency === 'sloppy' || ask.isNeededNamed) return ask.needed;
    const { placement, rings } = this.#options;
    const { owners } = rings.current;
    const members = new Set<number>();
    const position = placement.position(key.bytes, key.start, key.end);
    for (let step = 0; step < ask.n; step++) members.add(owners[(position + step) % owners.length]!);
    return Math.min(ask.needed, members.size);
  }

  #fallbacks(key: ByteRange, ask: QuorumAsk, unavailable: (member: number) => boolean): AskedVnode[] {
    if (ask.consistency !== 'sloppy') return [];
    this.#isAvailable ??= new Uint8Array(this.#options.isUp.length);
    this.#isAvailable.set(this.#options.isUp);
    for (const owner of this.#options.rings.current.owners)
      if (unavailable(owner)) this.#isAvailable[owner] = 0;
    return this.#vnodes(key, ask, this.#isAvailable, true);
  }
}

/** What the vnodes that can be reached are too few for, as the beginning of a sentence. */
function missingOf(
  { consistency, needed, primaries, nodes }: QuorumAsk,
  vnodes: readonly AskedVnode[],
): string | undefined {
  const counted = vnodes.filter(({ isCounted }) => isCounted);
  if (counted.length < needed) {
    const what = consistency === 'sloppy' ? 'vnodes' : 'distinct primaries';
    return `${counted.length} of the ${needed} ${what} needed can be reached`;
  }
  const primary = counted.filter(({ isPrimary }) => isPrimary).length;
  if (primary < primaries) return `${primary} of the ${primaries} primaries needed can be reached`;
  const members = new Set(counted.map(({ member }) => member)).size;
  if (members < nodes) return `${members} of the ${nodes} nodes needed can be reached`;
  return undefined;
}
