/**
 * What others have asked this node for: whoever has lost a partition, or wants to be sure of it, asks every other
 * member for what it holds of the keys there. The answer names those of which this node holds nothing; the others
 * are sent.
 */
import type { NodeName } from '../ring/index.js';

export interface RepairAsk {
  readonly position: number;
  readonly target: NodeName;
  readonly targetLife: number;
}

export class RepairAsks {
  readonly #asks = new Map<string, RepairAsk>();

  get all(): readonly RepairAsk[] {
    return [...this.#asks.values()];
  }

  /** Takes note of an ask; one that is known already changes nothing. */
  add(ask: RepairAsk): void {
    this.#asks.set(nameOf(ask.position, ask.target), ask);
  }

  /** It was answered, or nobody waits for it any more. */
  remove(position: number, target: NodeName): void {
    this.#asks.delete(nameOf(position, target));
  }

  /** A member is gone, or has begun a new life: it will ask again. */
  memberDown(member: NodeName): void {
    for (const { position, target } of this.all) if (target === member) this.remove(position, target);
  }
}

function nameOf(position: number, target: NodeName): string {
  return `${position} ${target}`;
}
