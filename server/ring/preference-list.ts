/**
 * The preference list of a key: the vnodes that should hold it, best first. Primaries that are up come first,
 * in ring order; then each primary that is down is stood in for by a fallback, which is the same partition run
 * by another member. No fallback stands in while its primary is up, and nobody who is down is ever listed.
 *
 * Riak Core takes any up member as a fallback, even one that is in the list already, so its n replicas may be
 * fewer machines than they could be. We take members that are not in the list first, and the others only when
 * no such member is left.
 */
import assert from 'node:assert/strict';

/** A list to be filled again and again: entry i is the vnode `positions[i]` at member `members[i]`. */
export class PreferenceList {
  count = 0;
  readonly positions: Int32Array;
  readonly members: Int16Array;
  /** 1 for a primary, 0 for a fallback. */
  readonly isPrimary: Uint8Array;

  /** Room for `capacity` entries: at least the largest n that will be asked for. */
  constructor(capacity: number) {
    this.positions = new Int32Array(capacity);
    this.members = new Int16Array(capacity);
    this.isPrimary = new Uint8Array(capacity);
  }
}

export class PreferenceLists {
  readonly #owners: Int16Array;
  readonly #ringSize: number;
  /** Marks the ring entries that one selection has used: no entry stands in twice. */
  readonly #usedBy: Uint32Array;
  #selection = 0;

  /** By position, the number of the owner: as many as the ring has partitions, a power of two. */
  constructor(owners: Int16Array) {
    this.#owners = owners;
    this.#ringSize = owners.length;
    this.#usedBy = new Uint32Array(owners.length);
  }

  /**
   * Fills `out` with the preference list of a key at `position` and returns its length: n (at most the ring
   * size), or fewer when not enough ring entries of members that are up are left; 0 when nobody is up.
   * `isUp[member]` is 1 or 0. Allocates nothing.
   */
  select(position: number, n: number, isUp: Uint8Array, out: PreferenceList): number {
    const mask = this.#ringSize - 1;
    const wanted = n < this.#ringSize ? n : this.#ringSize;
    if (wanted > out.positions.length)
      assert.fail(`a list for ${out.positions.length} entries, and n is ${n}`);
    let count = 0;
    for (let step = 0; step < wanted; step++) {
      const at = (position + step) & mask;
      const owner = this.#owners[at]!;
      if (isUp[owner] === 1) {
        out.positions[count] = at;
        out.members[count] = owner;
        out.isPrimary[count++] = 1;
      }
    }
    out.count = count;
    if (count < wanted) this.#addFallbacks(position, wanted, isUp, out);
    return out.count;
  }

  /** Two walks over the ring behind the primaries: first for members not yet listed, then for any that are up. */
  #addFallbacks(position: number, wanted: number, isUp: Uint8Array, out: PreferenceList): void {
    this.#selection = (this.#selection + 1) >>> 0;
    if (this.#selection === 0) {
      this.#usedBy.fill(0);
      this.#selection = 1;
    }
    const mask = this.#ringSize - 1;
    let missing = this.#nextDown(position, 0, wanted, isUp);
    for (let walk = 0; walk < 2; walk++) {
      for (let step = wanted; step < this.#ringSize && missing < wanted; step++) {
        const at = (position + step) & mask;
        const owner = this.#owners[at]!;
        if (isUp[owner] !== 1 || this.#usedBy[at] === this.#selection) continue;
        if (walk === 0 && isListed(out, owner)) continue;
        this.#usedBy[at] = this.#selection;
        out.positions[out.count] = (position + missing) & mask;
        out.members[out.count] = owner;
        out.isPrimary[out.count++] = 0;
        missing = this.#nextDown(position, missing + 1, wanted, isUp);
      }
    }
  }

  /** The next step from `step` on whose primary is down; `wanted` if there is none. */
  #nextDown(position: number, step: number, wanted: number, isUp: Uint8Array): number {
    const mask = this.#ringSize - 1;
    let next = step;
    while (next < wanted && isUp[this.#owners[(position + next) & mask]!] === 1) next++;
    return next;
  }
}

function isListed(list: PreferenceList, member: number): boolean {
  for (let i = 0; i < list.count; i++) if (list.members[i] === member) return true;
  return false;
}
