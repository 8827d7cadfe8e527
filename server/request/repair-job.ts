/**
 * The repair of one key: reads it everywhere, and sends the newest record to the primaries that lack it, or that
 * hold it damaged.
 */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import type { HybridClock } from '../object/index.js';
import type { PreferenceList } from '../ring/index.js';
import { copyOfRecord, type RecordView } from '../storage/index.js';
import type { HeldBytes } from './held-bytes.js';
import { compareRecords } from './held-record.js';
import type { OpenRequest, OpenRequests } from './open-requests.js';
import type { ReplicaMessages } from './replica-messages.js';

export interface RepairJobOptions {
  open: OpenRequests;
  held: HeldBytes;
  messages: ReplicaMessages;
  clock: HybridClock;
  key: ByteRange;
  /** Read when the job is made, and not kept. */
  list: PreferenceList;
  /** How many primaries the key has, up or not. */
  copies: number;
  deadlineMs: number;
  /** A replica was behind and has the newest record now. */
  onRepaired(): void;
  onEnd(): void;
}

interface Replica {
  readonly member: number;
  readonly position: number;
  readonly isPrimary: boolean;
  /** `damaged`: it answered that it cannot tell. `failed`: it did not answer. */
  state: 'asked' | 'current' | 'behind' | 'damaged' | 'failed' | 'written';
}

export class RepairJob implements OpenRequest {
  readonly deadlineMs: number;
  readonly #options: RepairJobOptions;
  readonly #ref: RequestRef;
  readonly #replicas: readonly Replica[];
  #newest: RecordView | undefined;
  #heldBytes = 0;
  #isWriting = false;
  #isEnded = false;

  constructor(options: RepairJobOptions) {
    this.#options = options;
    this.deadlineMs = options.deadlineMs;
    const { list, messages, key, open } = options;
    this.#replicas = Array.from({ length: list.count }, (_, i) => ({
      member: list.members[i]!,
      position: list.positions[i]!,
      isPrimary: list.isPrimary[i] === 1,
      state: 'asked' as const,
    }));
    this.#ref = open.open(this);
    for (const { member, position } of this.#replicas) messages.sendGet(member, this.#ref, position, key, 0);
    this.#check();
  }

  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean {
    const replica = this.#replicaOf(member, position);
    if (replica?.state !== 'asked' || this.#isWriting) return false;
    const found = isFound ? record : undefined;
    const order = compareRecords(found, this.#newest);
    if (record === undefined) replica.state = 'damaged';
    else if (order > 0 && !this.#keep(record)) replica.state = 'failed';
    else if (order < 0) replica.state = 'behind';
    else {
      if (order > 0)
        for (const other of this.#replicas) if (other.state === 'current') other.state = 'behind';
      replica.state = 'current';
    }
    this.#check();
    return true;
  }

  onPutAck(member: number, position: number, isOk: boolean): boolean {
    const replica = this.#replicaOf(member, position);
    if (replica?.state !== 'written') return false;
    replica.state = isOk ? 'current' : 'failed';
    if (isOk) this.#options.onRepaired();
    this.#check();
    return true;
  }

  memberDown(member: number): void {
    for (const replica of this.#replicas)
      if (replica.member === member && this.#isAwaited(replica)) replica.state = 'failed';
    this.#check();
  }

  memberUp(): void {}

  tick(): void {}

  /** Some did not answer: the others are repaired all the same, as far as time allows. */
  deadline(): void {
    if (!this.#isWriting) this.#write();
    if (!this.#isEnded) this.#end();
  }

  #check(): void {
    if (this.#isEnded || this.#replicas.some((replica) => this.#isAwaited(replica))) return;
    if (!this.#isWriting) this.#write();
    if (!this.#isEnded && !this.#replicas.some((replica) => this.#isAwaited(replica))) this.#end();
  }

  #write(): void {
    const { messages, key } = this.#options;
    this.#isWriting = true;
    const newest = this.#newest;
    if (newest === undefined) return;
    // What a damaged replica held may have been the newest: only if all other primaries have told what they hold,
    // the newest of that takes its place.
    const intact = this.#replicas.filter(
      ({ state, isPrimary }) => isPrimary && (state === 'current' || state === 'behind'),
    );
    const isComplete = intact.length === this.#options.copies - 1;
    const behind = this.#replicas.filter(
      ({ state, isPrimary }) => isPrimary && (state === 'behind' || (state === 'damaged' && isComplete)),
    );
    for (const replica of behind) replica.state = 'written';
    for (const { member, position } of behind) messages.sendPut(member, this.#ref, position, key, newest);
  }

  /** Copies the newest record; false if there is no room, or if its time is not to be believed. */
  #keep(record: RecordView): boolean {
    const { held, clock } = this.#options;
    const bytes = record.valueEnd - record.valueStart;
    if (!clock.observe(record.version, record.versionOffset) || !held.take(bytes)) return false;
    held.give(this.#heldBytes);
    this.#heldBytes = bytes;
    this.#newest = copyOfRecord(record);
    return true;
  }

  #isAwaited({ state }: Replica): boolean {
    return this.#isWriting ? state === 'written' : state === 'asked';
  }

  #replicaOf(member: number, position: number): Replica | undefined {
    return this.#replicas.find((replica) => replica.member === member && replica.position === position);
  }

  #end(): void {
    this.#isEnded = true;
    this.#options.held.give(this.#heldBytes);
    this.#options.open.close(this.#ref);
    this.#options.onEnd();
  }
}
