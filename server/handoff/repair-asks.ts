/**
 * What others have asked this node for: whoever has lost a partition, or wants to be sure of it, asks every other
 * member for what it holds of the keys there, or of a part of them. The answer names those of which this node holds
 * nothing; the others are sent.
 */

import type { NodeName } from '../ring/index.js';
import type { LeafPart } from './leaf-part.js';

export interface RepairAsk {
  readonly position: number;
  readonly target: NodeName;
  readonly targetLife: number;
  /** Only these records are wanted; undefined: all. */
  readonly part: LeafPart | undefined;
}

export class RepairAsks {
  readonly #asks = new Map<string, RepairAsk>();

  get all(): readonly RepairAsk[] {
    return [...this.#asks.values()];
  }

  /** Takes note of an ask; what is asked for already changes nothing, and leaves of one partition are joined. */
  add(ask: RepairAsk): void {
    const name = nameOf(ask);
    const before = this.#asks.get(name);
    if (before?.targetLife !== ask.targetLife) this.#asks.set(name, ask);
    else if (before.part !== undefined && ask.part !== undefined) {
      const leaves = new Set([...before.part.leaves, ...ask.part.leaves]);
      if (leaves.size > before.part.leaves.size)
        this.#asks.set(name, { ...ask, part: { home: ask.part.home, leaves } });
    }
  }

  /** It was answered. Not so if something else has been asked for meanwhile. */
  answered(ask: RepairAsk): void {
    const name = nameOf(ask);
    if (this.#asks.get(name) === ask) this.#asks.delete(name);
  }

  /** A member is gone, or has begun a new life: it will ask again. */
  memberDown(member: NodeName): void {
    for (const ask of this.all) if (ask.target === member) this.answered(ask);
  }
}

function nameOf({ position, target, part }: RepairAsk): string {
  return `${position} ${target} ${part?.home ?? ''}`;
}
