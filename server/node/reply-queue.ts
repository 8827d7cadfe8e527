/**
 * Keeps the replies of one client in the order of its commands. While nothing is outstanding a reply goes
 * straight into the output; otherwise each command has a ticket, and a reply that is ready before an earlier
 * one is held until its turn.
 */
import assert from 'node:assert/strict';
import { immediateTicket } from '../request/index.js';
import { ReplyWriter } from '../resp/index.js';

/** Where several requests make one integer reply, as in DEL of several keys: the sum, or the first error. */
interface Sum {
  left: number;
  total: number;
  error: string | undefined;
  readonly reply: SumReply;
}

/**
 * What a sum answers: the count of a read or of a write, or OK. A write of several keys that failed for some
 * may have taken effect for others, whatever the first error says of its own key.
 */
export type SumReply = 'count' | 'countWritten' | 'ok';

/** Where several requests make one array of values, as in MGET: all values, or the first error. */
interface Gather {
  left: number;
  readonly values: (Buffer | undefined)[];
  bytes: number;
  error: string | undefined;
}

/** Bytes that one gathered reply may hold: it is complete before any of it is sent. */
export const gatherBytesMax = 64 * 1024 * 1024;

const capacityInitial = 16;

export class ReplyQueue {
  readonly output = new ReplyWriter();
  /** The protocol of the commands to come. */
  protocol = 2;
  /** Tickets first..next-1 are outstanding; ticket t lives at t modulo the capacity, a power of two. */
  #first = 0;
  #next = 0;
  #protocols = new Uint8Array(capacityInitial);
  #held: (Buffer | undefined)[] = new Array<Buffer | undefined>(capacityInitial).fill(undefined);
  #sums: (Sum | undefined)[] = new Array<Sum | undefined>(capacityInitial).fill(undefined);

  readonly #gathers = new Map<number, Gather>();

  /** Replies that are not in the output yet. */
  get outstanding(): number {
    return this.#next - this.#first;
  }

  /** Takes the next place for a reply that will come later. */
  reserve(): number {
    if (this.outstanding === this.#held.length) this.#grow();
    const ticket = this.#next++;
    this.#protocols[ticket & (this.#held.length - 1)] = this.protocol;
    return ticket;
  }

  /** As `reserve`, for a reply that is the sum of `count` requests. */
  reserveSum(count: number, reply: SumReply): number {
    const ticket = this.reserve();
    this.#sums[ticket & (this.#held.length - 1)] = { left: count, total: 0, error: undefined, reply };
    return ticket;
  }

  /** As `reserve`, for a reply that is the array of `count` values. */
  reserveGather(count: number): number {
    const ticket = this.reserve();
    const values = new Array<Buffer | undefined>(count).fill(undefined);
    this.#gathers.set(ticket, { left: count, values, bytes: 0, error: undefined });
    return ticket;
  }

  /** Where to write the reply of a ticket; call `end` with the same ticket afterwards. */
  begin(ticket: number): ReplyWriter {
    if (ticket === immediateTicket) {
      const writer = this.#next === this.#first ? this.output : scratch;
      writer.protocol = this.protocol;
      return writer;
    }
    const writer = ticket === this.#first ? this.output : scratch;
    writer.protocol = this.#protocols[ticket & (this.#held.length - 1)]!;
    return writer;
  }

  /** The reply of a ticket is written. */
  end(ticket: number): void {
    if (ticket === immediateTicket) {
      if (this.#next !== this.#first) this.#hold(this.reserve());
    } else if (ticket === this.#first) {
      this.#first++;
      this.#drain();
    } else {
      this.#hold(ticket);
    }
  }

  /** Adds one of the requests of a sum; writes the reply with the last one. */
  addToSum(ticket: number, count: number, error: string | undefined): void {
    const at = ticket & (this.#held.length - 1);
    const sum = this.#sums[at];
    assert(sum !== undefined, 'a sum');
    sum.total += count;
    sum.error ??= error;
    if (--sum.left > 0) return;
    this.#sums[at] = undefined;
    const writer = this.begin(ticket);
    if (sum.error === undefined && sum.reply === 'ok') writer.ok();
    else if (sum.error === undefined) writer.integer(sum.total);
    else if (sum.reply === 'count') writer.error(sum.error);
    else writer.error(`UNCERTAIN some of the keys may be written: ${sum.error}`);
    this.end(ticket);
  }

  /** Copies one value of a gathered reply; writes the reply with the last one. */
  addToGather(ticket: number, part: number, value: Buffer | undefined, error: string | undefined): void {
    const gather = this.#gathers.get(ticket);
    assert(gather !== undefined, 'a gathered reply');
    gather.error ??= error;
    gather.bytes += value?.length ?? 0;
    if (gather.bytes > gatherBytesMax) {
      gather.error ??= `ERR the values have more than ${gatherBytesMax} bytes together: ask for fewer keys at once`;
      gather.values.fill(undefined);
    } else if (value !== undefined && gather.error === undefined) {
      gather.values[part] = Buffer.from(value);
    }
    if (--gather.left > 0) return;
    this.#gathers.delete(ticket);
    const writer = this.begin(ticket);
    if (gather.error !== undefined) {
      writer.error(gather.error);
    } else {
      writer.array(gather.values.length);
      for (const found of gather.values) {
        if (found === undefined) writer.null();
        else writer.bulk(found, 0, found.length);
      }
    }
    this.end(ticket);
  }

  #hold(ticket: number): void {
    this.#held[ticket & (this.#held.length - 1)] = Buffer.from(scratch.take() ?? nothing);
    scratch.release(true);
  }

  #drain(): void {
    const mask = this.#held.length - 1;
    while (this.#first !== this.#next) {
      const bytes = this.#held[this.#first & mask];
      if (bytes === undefined) return;
      this.output.raw(bytes, 0, bytes.length);
      this.#held[this.#first & mask] = undefined;
      this.#first++;
    }
  }

  #grow(): void {
    const capacity = this.#held.length;
    const held = new Array<Buffer | undefined>(capacity * 2).fill(undefined);
    const sums = new Array<Sum | undefined>(capacity * 2).fill(undefined);
    const protocols = new Uint8Array(capacity * 2);
    for (let ticket = this.#first; ticket < this.#next; ticket++) {
      const from = ticket & (capacity - 1);
      const to = ticket & (capacity * 2 - 1);
      held[to] = this.#held[from];
      sums[to] = this.#sums[from];
      protocols[to] = this.#protocols[from]!;
    }
    this.#held = held;
    this.#sums = sums;
    this.#protocols = protocols;
  }
}

// Replies out of turn are written here and copied at once: one for all clients.
const scratch = new ReplyWriter();
const nothing = Buffer.alloc(0);
