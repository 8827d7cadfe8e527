// The keys that a worker has put itself, for reading its own puts: adding and picking take constant time,
// however many there are (the tutorial's driver walks all of them at each pick). A hash table with open
// addressing beside a dense list, both in typed arrays; no object per key.
import assert from 'node:assert/strict';
import type { Random } from '../random/index.js';

const capacityMin = 64;
/** No key: keys are integers from 0 up. */
const empty = -1;

export class OwnPuts {
  readonly #keysMax: number;
  /** Distinct keys in the order of their first put. */
  #keys = new Float64Array(capacityMin / 2);
  #count = 0;
  /** The same keys at the place that their hash gives; at most half full. */
  #table = new Float64Array(capacityMin).fill(empty);

  /** Remembers at most `keysMax` keys: beyond it, a new key is not added. */
  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a key from 0 to 2^53; adding one again changes nothing. */
  add(key: number): void {
    assert(key >= 0, 'a key is a number from 0 up');
    const mask = this.#table.length - 1;
    let place = hashOf(key) & mask;
    for (let found = this.#table[place]; found !== empty; found = this.#table[place]) {
      if (found === key) return;
      place = (place + 1) & mask;
    }
    if (this.#count >= this.#keysMax) return;
    this.#table[place] = key;
    if (this.#count === this.#keys.length) this.#grow();
    this.#keys[this.#count++] = key;
  }

  /** One of the distinct keys, each equally likely; undefined, without a draw, when there is none. */
  pick(random: Random): number | undefined {
    return this.#count === 0 ? undefined : this.#keys[random.uniform(this.#count) - 1];
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    const table = new Float64Array(keys.length * 2).fill(empty);
    const mask = table.length - 1;
    for (const key of this.#table) {
      if (key === empty) continue;
      let place = hashOf(key) & mask;
      while (table[place] !== empty) place = (place + 1) & mask;
      table[place] = key;
    }
    this.#keys = keys;
    this.#table = table;
  }
}

/** Spreads neighbouring keys: the finalizer of MurmurHash3 over both halves of the number. */
function hashOf(key: number): number {
  let hash = ((key % 0x1_0000_0000) | 0) ^ Math.imul((key / 0x1_0000_0000) | 0, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
