/**
 * Reads all keys of the cluster, or those from a cursor on, in the order of their points on the ring. Each range
 * (a responsible partition, or what is left of it) is asked of every member that is up, so that keys are found
 * wherever they are: at primaries, at fallbacks that wait to hand them back, at either end of a transfer. The
 * answers are merged by version. All are waited for, so that a member that came back empty hides no keys, and a
 * range is known when so many of its primaries have told that any acknowledged write is at one of them (n - w + 1);
 * when fewer can, the whole read ends with an error, and never with a part.
 *
 * A cursor is a point: it stays true whatever happens to members and ring in between, and on every node. A key
 * that is there all the time is told exactly once.
 */

import type { RequestRef } from '../link/index.js';
import { isExpired } from '../object/index.js';
import { pointMax } from '../ring/index.js';
import { mergePages, type Page, type PageEntry } from './page.js';
import type { CoverageLimits, RangeAsk, RangeReply } from './range-ask.js';
import { RangeRead } from './range-read.js';

export interface CoverageReadsOptions {
  readonly limits: CoverageLimits;
  readonly nowMs: () => number;
  /** The wall clock, by which keys expire. */
  readonly wallMs: () => number;
  readonly random: () => number;
  /** Changes whenever partitions change their owners. */
  readonly epoch: () => number;
  /** The last point of the partition that a point belongs to. */
  readonly lastPointOfPartition: (point: number) => number;
  /** The members that can be asked now, this one included. */
  readonly membersUp: () => number[];
  /** The primaries of the partition at a point, and how many of them must have told. */
  readonly primariesOf: (point: number) => { readonly members: ReadonlySet<number>; readonly needed: number };
  /** Asks a member; its reply comes to `replied`, now or later, or never. */
  readonly ask: (member: number, ref: RequestRef, ask: RangeAsk) => void;
}

/** What a read is for. Its methods are called one at a time, and none after `ended` or `failed`. */
export interface CoverageConsumer {
  /**
   * The live keys up to a point, each once, in the order of their points. Returns `more` to be given the next
   * ones, `stop` to end, or `wait` to be given them after a call of `goOn`.
   */
  page(keys: readonly PageEntry[], covered: number, visited: number): 'more' | 'stop' | 'wait';
  /** The number of live keys in one more range; instead of pages, where members agree. */
  counted?(live: number): void;
  /** All keys have been told. */
  ended(): void;
  /** The first word is a code, as in replies. Nothing that was told is wrong, but keys are missing. */
  failed(text: string): void;
}

export interface CoverageAsk {
  readonly from: number;
  readonly pattern: Buffer | undefined;
  /** Keys to look at for a page of a range. */
  readonly visitedMax: number;
  readonly counts: boolean;
  /** Ranges to begin with; more are read at once as they turn out to be small. */
  readonly rangesFirst: number;
}

/** A command over many keys that is being answered. */
interface Read {
  readonly ask: CoverageAsk;
  readonly consumer: CoverageConsumer;
  /** In the order of their points: the first is the next to be told. */
  readonly ranges: RangeRead[];
  /** Where the next range begins. */
  front: number;
  rangesMax: number;
  isWaiting: boolean;
  isTelling: boolean;
  isOver: boolean;
}

export class CoverageReads {
  readonly #options: CoverageReadsOptions;
  readonly #reads = new Set<Read>();
  readonly #bySlot = new Map<number, { readonly read: Read; readonly range: RangeRead }>();
  readonly #generation: number;
  #nextSlot = 0;

  constructor(options: CoverageReadsOptions) {
    this.#options = options;
    this.#generation = Math.floor(options.random() * 0x1_0000_0000);
  }

  /** Reads that are not over. */
  get count(): number {
    return this.#reads.size;
  }

  /** Begins a read; returns what to call after a page was answered with `wait`. */
  begin(ask: CoverageAsk, consumer: CoverageConsumer): () => void {
    const { readsMax } = this.#options.limits;
    if (this.#reads.size >= readsMax) {
      consumer.failed(`BUSY ${readsMax} commands over all keys are running, the most this node allows.`);
      return () => {};
    }
    const read: Read = {
      ask,
      consumer,
      ranges: [],
      front: ask.from,
      rangesMax: ask.rangesFirst,
      isWaiting: false,
      isTelling: false,
      isOver: false,
    };
    this.#reads.add(read);
    this.#advance(read);
    return () => {
      read.isWaiting = false;
      this.#advance(read);
    };
  }

  /** A member has answered; late and unasked answers are dropped. */
  replied(member: number, ref: RequestRef, reply: RangeReply): void {
    const found = ref.generation === this.#generation ? this.#bySlot.get(ref.slot) : undefined;
    if (found?.range.replied(member, reply) === true) this.#told(found.read, found.range);
  }

  memberDown(member: number): void {
    for (const { read, range } of [...this.#bySlot.values()]) if (range.lost(member)) this.#told(read, range);
  }

  /** Ends the waiting for members that have not answered in time. */
  tick(nowMs: number): void {
    for (const { read, range } of [...this.#bySlot.values()])
      if (range.expire(nowMs)) this.#told(read, range);
  }

  /** A member is waited for no more: others of the range may be asked now, or what it holds be told. */
  #told(read: Read, range: RangeRead): void {
    this.#askBatch(range);
    if (range.isDone) this.#advance(read);
  }

  /** Tells what is known, and asks for what is next, until there is something to wait for. */
  #advance(read: Read): void {
    if (read.isTelling) return;
    read.isTelling = true;
    while (!read.isOver && !read.isWaiting && this.#step(read));
    read.isTelling = false;
  }

  /** Does one thing; false if there is nothing to do now. */
  #step(read: Read): boolean {
    if (read.ranges.length < read.rangesMax && read.front < pointMax) {
      this.#ask(read, read.ranges.length, read.front, read.ask.counts);
      return true;
    }
    const [first] = read.ranges;
    if (first === undefined) {
      this.#end(read);
      read.consumer.ended();
      return true;
    }
    if (!first.isDone) return false;
    this.#drop(read, first);
    const failure = first.failure;
    if (first.epoch !== this.#options.epoch()) {
      // Keys may have gone from a member that told later to one that told before.
      this.#ask(read, 0, first.ask.from, first.ask.counts);
    } else if (failure !== undefined) {
      this.#end(read);
      read.consumer.failed(failure);
    } else if (first.ask.counts) this.#counted(read, first);
    else this.#tell(read, first, mergePages(first.pages));
    return true;
  }

  /** Members that hold the same live keys have counted right; otherwise only their keys can tell. */
  #counted(read: Read, range: RangeRead): void {
    const live = range.agreedCount;
    if (live === undefined) this.#ask(read, 0, range.ask.from, false);
    else read.consumer.counted?.(live);
  }

  #tell(read: Read, range: RangeRead, page: Page): void {
    if (page.covered < range.ask.to) this.#ask(read, 0, page.covered + 1, false);
    // Small ranges cost a round each: read more of them at once.
    else read.rangesMax = Math.min(read.rangesMax * 2, this.#options.limits.rangesMax);
    const nowMs = this.#options.wallMs();
    const keys = page.entries.filter(
      ({ tombstone, expiresMs }) => !tombstone && !isExpired(expiresMs, nowMs),
    );
    const answer = read.consumer.page(keys, page.covered, page.visited);
    if (answer === 'stop') this.#end(read);
    else read.isWaiting = answer === 'wait';
  }

  /** Asks every member for the range that begins at a point; its place among the ranges is `at`. */
  #ask(read: Read, at: number, from: number, counts: boolean): void {
    const { lastPointOfPartition, primariesOf, epoch } = this.#options;
    const to = lastPointOfPartition(from);
    const { visitedMax, pattern } = read.ask;
    const range = new RangeRead({
      ask: { from, to, visitedMax, pattern, counts },
      slot: this.#nextSlot,
      epoch: epoch(),
      primaries: primariesOf(from),
    });
    this.#nextSlot = (this.#nextSlot + 1) >>> 0;
    read.ranges.splice(at, 0, range);
    read.front = Math.max(read.front, to + 1);
    this.#bySlot.set(range.slot, { read, range });
    this.#askBatch(range);
  }

  #askBatch(range: RangeRead): void {
    const { membersUp, nowMs, limits, ask } = this.#options;
    if (range.isDone) return;
    const ref = { slot: range.slot, generation: this.#generation };
    for (const member of range.nextBatch(membersUp(), nowMs() + limits.rangeTimeoutMs))
      ask(member, ref, range.ask);
  }

  #drop(read: Read, range: RangeRead): void {
    read.ranges.splice(read.ranges.indexOf(range), 1);
    this.#bySlot.delete(range.slot);
  }

  #end(read: Read): void {
    read.isOver = true;
    for (const range of [...read.ranges]) this.#drop(read, range);
    this.#reads.delete(read);
  }
}
