/**
 * Heals replicas that differ: this node, the owner of the home partition, gets from each of them what it holds in
 * the leaves that differ, and then gives each replica all that this node has there. Records travel by transfers of
 * the kind `repair` and are applied by version, so afterwards all have the newest of each.
 *
 * Between two vnodes of this node, which some preference lists have where the ring wraps, records are copied here.
 */
import type { DifferingLeaves } from '../anti-entropy/index.js';
import type { NodeName } from '../ring/index.js';
import type { RepairAsk } from './repair-asks.js';
import type { RingView } from './ring-view.js';

/** What has not come by then is not waited for: the next look will find what still differs. */
const patienceMs = 30_000;

export interface HealingOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  nowMs(): number;
  lifeOf(member: NodeName): number | undefined;
  /** Asks a member for what it holds of some leaves of a home partition. */
  ask(member: NodeName, home: number, leaves: ReadonlySet<number>): void;
  /** A member is to get what this node holds. */
  give(ask: RepairAsk): void;
  /** A vnode of this node is to get what the others here hold. */
  copy(position: number, home: number, leaves: ReadonlySet<number>): void;
}

interface Healed {
  readonly differing: DifferingLeaves;
  readonly awaited: Set<NodeName>;
  readonly deadlineMs: number;
}

export class Healing {
  /** Partitions whose replicas differed. */
  begun = 0;
  readonly #options: HealingOptions;
  readonly #healed = new Map<number, Healed>();

  constructor(options: HealingOptions) {
    this.#options = options;
  }

  /** Partitions that are being healed. */
  get count(): number {
    return this.#healed.size;
  }

  begin(home: number, differing: DifferingLeaves): void {
    const { self, ring, nowMs, ask, copy } = this.#options;
    if (this.#healed.has(home)) return;
    this.begun++;
    const byMember = new Map<NodeName, Set<number>>();
    for (const [position, leaves] of differing) {
      const owner = ring.ownerOf(position);
      if (owner === self) copy(home, home, leaves);
      else byMember.set(owner, new Set([...(byMember.get(owner) ?? []), ...leaves]));
    }
    this.#healed.set(home, {
      differing,
      awaited: new Set(byMember.keys()),
      deadlineMs: nowMs() + patienceMs,
    });
    for (const [member, leaves] of byMember) ask(member, home, leaves);
  }

  /** A member has sent what it holds of the keys of a partition, or says that it holds nothing. */
  received(position: number, from: NodeName): void {
    this.#healed.get(position)?.awaited.delete(from);
  }

  memberDown(member: NodeName): void {
    for (const { awaited } of this.#healed.values()) awaited.delete(member);
  }

  step(): void {
    for (const [home, healed] of this.#healed) {
      if (healed.awaited.size > 0 && this.#options.nowMs() < healed.deadlineMs) continue;
      this.#healed.delete(home);
      this.#give(home, healed.differing);
    }
  }

  #give(home: number, differing: DifferingLeaves): void {
    const { self, ring, lifeOf, give, copy } = this.#options;
    const all = new Set([...differing.values()].flatMap((leaves) => [...leaves]));
    // Those that were as this one had nothing newer, and lack what has come as this one did.
    for (let step = 1; step < ring.n; step++) {
      const position = (home + step) & (ring.ringSize - 1);
      const target = ring.ownerOf(position);
      const targetLife = lifeOf(target);
      if (target === self) copy(position, home, all);
      else if (targetLife !== undefined) give({ position, target, targetLife, part: { home, leaves: all } });
    }
  }
}
