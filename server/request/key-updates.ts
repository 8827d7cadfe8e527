/**
 * The changes that depend on what is there, as this node makes them: those of one key one after the other, in the
 * order in which they came, and those of different keys at once. Their number and the bytes that they hold are
 * limited.
 */
import type { ByteRange } from '../byte-range.js';
import { type KeyPlacement, PreferenceList } from '../ring/index.js';
import { copyOfRange } from './held-record.js';
import { KeyUpdate, type KeyUpdateParts } from './key-update.js';
import { replicasMax } from './quorum.js';
import { votingGroups } from './replica-groups.js';
import type { RingHolder } from './request-ring.js';
import type { UpdateAsk, UpdateOutcome } from './update-ask.js';

export interface KeyUpdatesOptions extends KeyUpdateParts {
  readonly placement: KeyPlacement;
  readonly rings: RingHolder;
  readonly isUpByMember: Uint8Array;
  /** Only primaries count. */
  readonly isStrict: boolean;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
  /** Changes that may wait or run at once. */
  readonly updatesMax: number;
}

interface Job {
  readonly key: ByteRange;
  readonly ask: UpdateAsk;
  readonly deadlineMs: number;
  readonly done: (outcome: UpdateOutcome) => void;
}

interface KeyQueue {
  readonly jobs: Job[];
  isRunning: boolean;
  isAdvancing: boolean;
}

export class KeyUpdates {
  readonly #options: KeyUpdatesOptions;
  readonly #queues = new Map<string, KeyQueue>();
  readonly #list = new PreferenceList(replicasMax);
  #count = 0;

  constructor(options: KeyUpdatesOptions) {
    this.#options = options;
  }

  /** Those that wait for their turn, or run. */
  get waiting(): number {
    return this.#count;
  }

  /** The member through which the changes of a key go, while nobody's view of who is up differs; none if nobody is. */
  coordinatorOf(key: ByteRange): number | undefined {
    const { rings } = this.#options;
    this.#select(key, rings.current.quorum.n);
    return this.#list.count === 0 ? undefined : this.#list.members[0];
  }

  /** Makes the change when those of the key before it are made; `done` is called once, perhaps at once. */
  run(key: ByteRange, ask: UpdateAsk, done: (outcome: UpdateOutcome) => void): void {
    const { held, updatesMax, nowMs, timeoutMs } = this.#options;
    const busy = (why: string) =>
      done({ kind: 'failed', code: 'busy', message: `${why}, the most this node allows; nothing was done.` });
    const bytes = ask.value === undefined ? 0 : ask.value.end - ask.value.start;
    if (this.#count >= updatesMax) busy(`${updatesMax} changes of keys are waiting`);
    else if (!held.take(bytes)) busy(`waiting requests hold ${held.max} bytes of values`);
    else {
      this.#count++;
      this.#enqueue({
        key: copyOfRange(key),
        ask: ask.value === undefined ? ask : { ...ask, value: copyOfRange(ask.value) },
        deadlineMs: nowMs() + timeoutMs,
        done: (outcome) => {
          this.#count--;
          held.give(bytes);
          done(outcome);
        },
      });
    }
  }

  /** Ends those whose turn has not come in time. */
  tick(nowMs: number): void {
    if (this.#count === 0) return;
    for (const queue of this.#queues.values()) {
      while (queue.jobs.length > 0 && queue.jobs[0]!.deadlineMs <= nowMs) {
        const message = 'other changes of the key took all of the time; nothing was done.';
        queue.jobs.shift()!.done({ kind: 'failed', code: 'unavailable', message });
      }
    }
  }

  #enqueue(job: Job): void {
    const name = job.key.bytes.toString('latin1');
    const queue = this.#queues.get(name) ?? { jobs: [], isRunning: false, isAdvancing: false };
    this.#queues.set(name, queue);
    queue.jobs.push(job);
    this.#advance(name, queue);
  }

  #advance(name: string, queue: KeyQueue): void {
    if (queue.isAdvancing) return;
    queue.isAdvancing = true;
    while (!queue.isRunning && queue.jobs.length > 0) {
      queue.isRunning = true;
      this.#begin(queue.jobs.shift()!, () => {
        queue.isRunning = false;
        this.#advance(name, queue);
      });
    }
    queue.isAdvancing = false;
    if (!queue.isRunning) this.#queues.delete(name);
  }

  #begin({ key, ask, deadlineMs, done }: Job, ended: () => void): void {
    const { rings } = this.#options;
    const { quorum, distinctOwners } = rings.current;
    const position = this.#select(key, quorum.n);
    const possible = distinctOwners[position]!;
    const groupFor = (needed: number) => votingGroups([this.#list], () => Math.min(needed, possible))[0]!;
    new KeyUpdate(this.#options, {
      key,
      ask,
      readers: groupFor(quorum.r),
      writers: groupFor(quorum.w),
      deadlineMs,
      done: (outcome) => {
        done(outcome);
        ended();
      },
    });
  }

  /** Fills the list with the key's vnodes, and returns its position. */
  #select(key: ByteRange, n: number): number {
    const { placement, rings, isUpByMember, isStrict } = this.#options;
    const list = this.#list;
    const position = placement.position(key.bytes, key.start, key.end);
    rings.current.lists.select(position, n, isUpByMember, list);
    // Primaries come first.
    if (isStrict) while (list.count > 0 && list.isPrimary[list.count - 1] === 0) list.count--;
    return position;
  }
}
