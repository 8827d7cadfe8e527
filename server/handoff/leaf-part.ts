/** A part of a home partition's records: those whose keys are in some leaves of its tree. */
import { leafOf } from '../anti-entropy/index.js';
import type { KeyPlacement } from '../ring/index.js';

export interface LeafPart {
  readonly home: number;
  readonly leaves: ReadonlySet<number>;
}

export function isInPart(placement: KeyPlacement, { home, leaves }: LeafPart, key: Buffer): boolean {
  return placement.position(key, 0, key.length) === home && leaves.has(leafOf(placement, key));
}
