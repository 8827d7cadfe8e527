/**
 * Repairs partitions of this node: asks all other members for what they hold of the keys there, and counts the
 * answers. A partition is repaired when all have answered that might hold a write of which this node's copy is
 * lost: members that cannot be reached are waited for, unless so few that every acknowledged write must be at
 * one of the others, too.
 *
 * A refill is the repair of a partition that this node has lost, or never had: as long as it lasts the vnode does
 * not answer reads with what it may not have (`Vnode.refillingSinceMs`).
 */
import type { NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { HandoffLog } from './handoff-report.js';
import type { RingView } from './ring-view.js';

/** An ask that is not answered in full is repeated after this time. */
const askAgainMs = 1000;
/** How far clocks may be apart: a version that is older than that is not of this life. */
const skewMs = 500;

interface Repairing {
  /** Members that have not yet sent all that they hold. */
  readonly awaited: Set<NodeName>;
  readonly isRefill: boolean;
}

export interface RepairOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  nowMs(): number;
  wallMs(): number;
  isUp(member: NodeName): boolean;
  /** Asks a member for what it holds of the keys of these partitions. */
  ask(member: NodeName, positions: readonly number[]): void;
  readonly log: HandoffLog;
}

export class Repair {
  readonly #options: RepairOptions;
  readonly #repairing = new Map<number, Repairing>();
  readonly #askedMs = new Map<NodeName, number>();
  /** Members that have said nothing since partitions were lost. */
  readonly #unheard = new Set<NodeName>();
  #records = 0;
  #beganMs = 0;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Partitions that are being repaired. */
  get count(): number {
    return this.#repairing.size;
  }

  isRefilling(position: number): boolean {
    return this.#repairing.get(position)?.isRefill === true;
  }

  /** Whether it is known, of all members that can be reached, what they hold of what this node has lost. */
  get isSure(): boolean {
    return ![...this.#unheard].some((member) => this.#options.isUp(member));
  }

  /** Begins to repair partitions that this node owns; `isRefill` if it has lost them, or never had them. */
  begin(positions: readonly number[], isRefill: boolean): void {
    const { vnodes, wallMs, nowMs, log } = this.#options;
    const others = this.#others();
    if (positions.length === 0 || others.length === 0) return;
    if (this.#repairing.size === 0) {
      this.#records = 0;
      this.#beganMs = nowMs();
    }
    for (const position of positions) {
      const wasRefill = this.isRefilling(position);
      if (isRefill) vnodes.at(position).refillingSinceMs = wallMs() + skewMs;
      this.#repairing.set(position, { awaited: new Set(others), isRefill: isRefill || wasRefill });
    }
    if (isRefill) for (const member of others) this.#unheard.add(member);
    this.#askedMs.clear();
    log('info', isRefill ? 'refill-begun' : 'repair-begun', { partitions: positions.length });
  }

  /** A member has answered: of these partitions it holds nothing. */
  onCensus(from: NodeName, empty: readonly number[]): void {
    this.#unheard.delete(from);
    for (const position of empty) this.#repairing.get(position)?.awaited.delete(from);
    this.step();
  }

  /** A member has sent all that it holds of a partition. */
  received(position: number, from: NodeName, records: number): void {
    if (this.#repairing.get(position)?.awaited.delete(from) === true) this.#records += records;
    this.step();
  }

  /** A member can be reached, perhaps in a new life. */
  memberUp(member: NodeName): void {
    this.#askedMs.delete(member);
    this.step();
  }

  /** Asks who is to be asked, and ends what is repaired. */
  step(): void {
    if (this.#repairing.size === 0) return;
    const { self, ring } = this.#options;
    const others = new Set(this.#others());
    for (const member of this.#unheard) if (!others.has(member)) this.#unheard.delete(member);
    for (const [position, { awaited }] of this.#repairing) {
      for (const member of awaited) if (!others.has(member)) awaited.delete(member);
      if (ring.ownerOf(position) !== self || this.#isEnough(position, awaited)) this.#end(position);
    }
    if (this.#repairing.size > 0) this.#ask(others);
  }

  #others(): NodeName[] {
    const { self, ring } = this.#options;
    return ring.members.filter((member) => member !== self);
  }

  /** Whether every acknowledged write of the partition's keys must be at a member that has answered. */
  #isEnough(position: number, awaited: ReadonlySet<NodeName>): boolean {
    if (awaited.size === 0) return true;
    // A write that was acknowledged by so many members, this one among them, is at one less of the others.
    if (awaited.size > this.#acknowledgedBy(position) - 2) return false;
    return ![...awaited].some((member) => this.#options.isUp(member));
  }

  /** How many members have acknowledged a write, at least: w, or all that its preference list has. */
  #acknowledgedBy(position: number): number {
    const { ring } = this.#options;
    const mask = ring.ringSize - 1;
    let fewest = ring.w;
    for (let home = position - ring.n + 1; home <= position; home++) {
      const owners = Array.from({ length: ring.n }, (_, step) => ring.ownerOf((home + step) & mask));
      fewest = Math.min(fewest, new Set(owners).size);
    }
    return fewest;
  }

  #end(position: number): void {
    const { vnodes, log, nowMs } = this.#options;
    const wasRefill = this.isRefilling(position);
    this.#repairing.delete(position);
    if (wasRefill) vnodes.at(position).refillingSinceMs = 0;
    if (this.#repairing.size > 0) return;
    this.#unheard.clear();
    const ms = Math.round(nowMs() - this.#beganMs);
    log('info', wasRefill ? 'refill-done' : 'repair-done', { records: this.#records, ms });
  }

  #ask(others: ReadonlySet<NodeName>): void {
    const { nowMs, isUp, ask } = this.#options;
    for (const member of others) {
      if (!isUp(member) || nowMs() - (this.#askedMs.get(member) ?? Number.NEGATIVE_INFINITY) < askAgainMs)
        continue;
      const positions = [...this.#repairing]
        .filter(([, { awaited }]) => awaited.has(member))
        .map(([position]) => position);
      if (positions.length === 0) continue;
      this.#askedMs.set(member, nowMs());
      ask(member, positions);
    }
  }
}
