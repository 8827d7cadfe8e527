/**
 * Reading all keys, as one node does it: the reads that it coordinates, the answers that it gives to others, and
 * the messages between the two. What is decided about keys is decided in the coverage room.
 */
import { rangeOf } from '../byte-range.js';
import {
  type CoverageLimits,
  CoverageReads,
  coverageLimitsDefault,
  decodeEntries,
  encodeEntries,
  type RangeAsk,
  type RangeReply,
  RangeServer,
} from '../coverage/index.js';
import {
  type FrameWriter,
  flagBusy,
  flagCostly,
  flagCounts,
  flagFailed,
  flagMixed,
  flagPattern,
  type LinkMessage,
  messageKind,
  RangeFields,
  type RequestRef,
} from '../link/index.js';
import type { Coordinator, RingHolder } from '../request/index.js';
import { type KeyPlacement, pointMax } from '../ring/index.js';
import type { Vnode, VnodeTable } from '../vnode/index.js';
import type { ClientSession } from './client-session.js';
import type { Environment } from './environment.js';
import { KeySpaceCommands, type KeySpaceCommandsOptions } from './key-space-commands.js';
import { selfNumber } from './member-registry.js';

export interface NodeCoverageOptions {
  readonly placement: KeyPlacement;
  readonly rings: RingHolder;
  /** The members that can be asked now, this node included. */
  readonly membersUp: () => number[];
  readonly vnodes: VnodeTable;
  readonly limits: Partial<CoverageLimits>;
  readonly environment: Pick<Environment, 'nowMs' | 'wallMs' | 'random' | 'requestFlush'>;
  readonly framesTo: (member: number) => FrameWriter;
}

export class NodeCoverage {
  readonly reads: CoverageReads;
  readonly limits: CoverageLimits;
  readonly #options: NodeCoverageOptions;
  readonly #server: RangeServer;
  readonly #fields = new RangeFields();

  constructor(options: NodeCoverageOptions) {
    this.#options = options;
    const { placement, environment, rings, membersUp } = options;
    this.limits = { ...coverageLimitsDefault, ...options.limits };
    const { limits } = this;
    const nowMs = () => environment.nowMs();
    this.#server = new RangeServer({
      limits,
      nowMs,
      placement,
      requestWork: () => environment.requestFlush(),
      vnodesOf: (position) => this.#vnodesOf(position),
    });
    this.reads = new CoverageReads({
      limits,
      nowMs,
      membersUp,
      wallMs: () => environment.wallMs(),
      random: () => environment.random(),
      epoch: () => rings.current.epoch,
      lastPointOfPartition: (point) => placement.lastPointOfPartition(point),
      primariesOf: (point) => this.#primariesOf(point),
      ask: (member, ref, ask) => this.#ask(member, { ...ref }, ask),
    });
  }

  /** The commands over all keys, which read here and write through the coordinator. */
  commands(
    coordinator: Coordinator<ClientSession>,
    reply: KeySpaceCommandsOptions['reply'],
  ): KeySpaceCommands {
    const { reads, limits } = this;
    const random = () => this.#options.environment.random();
    return new KeySpaceCommands({ reads, limits, coordinator, random, reply });
  }

  /** Another member asks or answers; false if what it says makes no sense. */
  onMessage(member: number, message: LinkMessage): boolean {
    if (message.kind === messageKind.scan) return this.#onScan(member, message);
    const reply = replyOf(message);
    if (reply === undefined) return false;
    this.reads.replied(member, message, reply);
    return true;
  }

  #onScan(member: number, message: LinkMessage): boolean {
    const { from, to, visitedMax, pattern } = message.range;
    const { placement } = this.#options;
    if (from >= pointMax || to < from || to > placement.lastPointOfPartition(from)) return false;
    const hasPattern = (message.flags & flagPattern) !== 0;
    const ref = { slot: message.slot, generation: message.generation };
    const { position } = message;
    this.#server.ask(
      {
        from,
        to,
        visitedMax,
        counts: (message.flags & flagCounts) !== 0,
        pattern: hasPattern ? Buffer.from(pattern.bytes.subarray(pattern.start, pattern.end)) : undefined,
      },
      (reply) => this.#reply(member, ref, position, reply),
    );
    return true;
  }

  /** Does a slice of what this node was asked. */
  work(): void {
    this.#server.work();
  }

  memberDown(member: number): void {
    this.reads.memberDown(member);
  }

  tick(nowMs: number): void {
    this.reads.tick(nowMs);
    this.#server.tick(nowMs);
  }

  /** Where copies of a partition's keys may be: its own position and those behind it. */
  #vnodesOf(position: number): Vnode[] {
    const { rings, vnodes } = this.#options;
    const { ringSize, quorum } = rings.current;
    return Array.from({ length: quorum.n }, (_, step) => (position + step) % ringSize).flatMap(
      (at) => vnodes.existing(at) ?? [],
    );
  }

  /** So many primaries must have told that at least one of them has taken any write that was acknowledged. */
  #primariesOf(point: number): { members: Set<number>; needed: number } {
    const { rings, placement } = this.#options;
    const { owners, ringSize, quorum } = rings.current;
    const position = placement.positionOfPoint(point);
    const members = new Set<number>();
    for (let step = 0; step < quorum.n; step++) members.add(owners[(position + step) % ringSize]!);
    return { members, needed: members.size - Math.min(quorum.w, members.size) + 1 };
  }

  #ask(member: number, ref: RequestRef, ask: RangeAsk): void {
    const { placement, framesTo } = this.#options;
    if (member === selfNumber) {
      this.#server.ask(ask, (reply) => this.reads.replied(member, ref, reply));
      return;
    }
    const { from, to, visitedMax, pattern, counts } = ask;
    Object.assign(this.#fields, { from, to, visitedMax });
    Object.assign(this.#fields.pattern, rangeOf(pattern ?? nothing));
    const flags = (counts ? flagCounts : 0) | (pattern === undefined ? 0 : flagPattern);
    framesTo(member).scan(ref, placement.positionOfPoint(from), flags, this.#fields);
  }

  #reply(member: number, ref: RequestRef, position: number, reply: RangeReply): void {
    const fields = this.#fields;
    Object.assign(fields, { covered: 0, digest: 0, visited: 0, records: 0, live: 0 });
    Object.assign(fields.entries, rangeOf(nothing));
    let flags = 0;
    if (reply.kind === 'page') {
      const { covered, visited, entries } = reply.page;
      Object.assign(fields, { covered, visited });
      Object.assign(fields.entries, rangeOf(encodeEntries(entries)));
    } else if (reply.kind === 'count') {
      const { digest, records, live, isMixed } = reply;
      Object.assign(fields, { digest, records, live });
      flags = flagCounts | (isMixed ? flagMixed : 0);
    } else {
      flags = flagFailed;
      if (reply.reason === 'busy') flags |= flagBusy;
      else if (reply.reason === 'pattern') flags |= flagCostly;
    }
    this.#options.framesTo(member).scanReply(ref, position, flags, fields);
  }
}

/** What a message of another member tells; undefined if it makes no sense. */
function replyOf({ flags, range }: LinkMessage): RangeReply | undefined {
  const { covered, visited, entries: bytes, records, live, digest } = range;
  if ((flags & flagFailed) !== 0) {
    const other = (flags & flagCostly) !== 0 ? 'pattern' : 'storage';
    return { kind: 'failed', reason: (flags & flagBusy) !== 0 ? 'busy' : other };
  }
  if ((flags & flagCounts) !== 0)
    return { kind: 'count', records, live, digest, isMixed: (flags & flagMixed) !== 0 };
  const entries = decodeEntries(bytes.bytes, bytes.start, bytes.end);
  return entries && { kind: 'page', page: { entries, covered, visited } };
}

const nothing = Buffer.alloc(0);
