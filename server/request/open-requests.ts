/**
 * The requests that are objects: those that name their own quorum, the atomic ones, and repairs. Gives each a
 * place on the wire, hands it what concerns it, and calls it at its deadline. Plain requests, of which there are
 * many more, are in RequestTable; the places here lie above its slots.
 *
 * Invariant: what a request hears is an answer to itself. Each place has a generation, which begins at random and
 * is raised when its request closes, so that answers to former requests, or to a former life of this node, match
 * nothing.
 */
import assert from 'node:assert/strict';
import type { RequestRef } from '../link/index.js';
import type { RecordView } from '../storage/index.js';

/** A request that waits. Where something returns false, nobody waited for it. */
export interface OpenRequest {
  /** When `deadline` is called; it may move. */
  readonly deadlineMs: number;
  onPutAck(member: number, position: number, isOk: boolean, existed: boolean): boolean;
  /** `record` is undefined if the vnode could not look. */
  onGetReply(member: number, position: number, isFound: boolean, record: RecordView | undefined): boolean;
  memberDown(member: number): void;
  memberUp(member: number): void;
  /** Time has passed, and the deadline has not come. */
  tick(nowMs: number): void;
  /** Must close the request. */
  deadline(): void;
}

export interface OpenRequestsOptions {
  /** The slots on the wire are this one and those above. */
  firstSlot: number;
  /** Requests that may listen on after they have answered, for what late replies tell. Beyond, they do not. */
  lingeringMax: number;
  /** How long each listens. */
  lingerMs: number;
  random: () => number;
}

export class OpenRequests {
  /** Answers that came when nobody waited for them any more. */
  lateReplies = 0;
  readonly #options: OpenRequestsOptions;
  readonly #requests: (OpenRequest | undefined)[] = [];
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  readonly #lingering = new Set<number>();

  constructor(options: OpenRequestsOptions) {
    this.#options = options;
  }

  /** Requests that are open and have not answered yet. */
  get waiting(): number {
    return this.#requests.length - this.#free.length - this.#lingering.size;
  }

  get mayLinger(): boolean {
    return this.#lingering.size < this.#options.lingeringMax;
  }

  /** The request has answered and listens on, until its new deadline, which is returned. */
  linger({ slot }: RequestRef, nowMs: number): number {
    this.#lingering.add(slot - this.#options.firstSlot);
    return nowMs + this.#options.lingerMs;
  }

  /** Gives a request the reference under which others answer it. */
  open(request: OpenRequest): RequestRef {
    const { random, firstSlot } = this.#options;
    const place = this.#free.pop() ?? this.#requests.length;
    this.#requests[place] = request;
    this.#generations[place] ??= Math.floor(random() * 0x1_0000_0000);
    return { slot: firstSlot + place, generation: this.#generations[place] };
  }

  close({ slot }: RequestRef): void {
    const place = slot - this.#options.firstSlot;
    assert(this.#requests[place] !== undefined, 'an open request closes once');
    this.#requests[place] = undefined;
    this.#lingering.delete(place);
    this.#generations[place] = (this.#generations[place]! + 1) >>> 0;
    this.#free.push(place);
  }

  /** A vnode has taken a write, or could not. */
  onPutAck(member: number, ref: RequestRef, position: number, isOk: boolean, existed: boolean): void {
    if (this.#find(ref)?.onPutAck(member, position, isOk, existed) !== true) this.lateReplies++;
  }

  /** A vnode has looked; `record` is undefined if it could not. */
  onGetReply(
    member: number,
    ref: RequestRef,
    position: number,
    isFound: boolean,
    record: RecordView | undefined,
  ): void {
    if (this.#find(ref)?.onGetReply(member, position, isFound, record) !== true) this.lateReplies++;
  }

  memberDown(member: number): void {
    for (const request of this.#open()) request.memberDown(member);
  }

  memberUp(member: number): void {
    for (const request of this.#open()) request.memberUp(member);
  }

  tick(nowMs: number): void {
    if (this.#free.length === this.#requests.length) return;
    for (const request of this.#open()) {
      if (request.deadlineMs <= nowMs) request.deadline();
      else request.tick(nowMs);
    }
  }

  #find({ slot, generation }: RequestRef): OpenRequest | undefined {
    const place = slot - this.#options.firstSlot;
    return this.#generations[place] === generation ? this.#requests[place] : undefined;
  }

  /** As they are now: one of them may close or open others. */
  *#open(): Generator<OpenRequest> {
    const end = this.#requests.length;
    for (let place = 0; place < end; place++) {
      const request = this.#requests[place];
      if (request !== undefined) yield request;
    }
  }
}
