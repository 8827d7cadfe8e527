/**
 * The 32 bits that stand for a node in versions, made of its name. Names that have the same bits cannot be in one
 * cluster, since two nodes could make the same version; with 64 members that happens once in two million clusters.
 */
import { hash } from 'node:crypto';

export function nodeIdOf(name: string): number {
  return Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16);
}

/** Two of the names with the same bits, if there are. */
export function nodeIdCollision(names: readonly string[]): readonly [string, string] | undefined {
  const namesById = new Map<number, string>();
  for (const name of names) {
    const id = nodeIdOf(name);
    const other = namesById.get(id);
    if (other !== undefined && other !== name) return [other, name];
    namesById.set(id, name);
  }
  return undefined;
}
