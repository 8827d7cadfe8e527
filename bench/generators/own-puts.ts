// The keys that a worker has put itself, for reading its own puts: adding and picking take constant time,
// however many there are (the tutorial's driver walks all of them at each pick). A hash table with open
// addressing beside a dense list, both in typed arrays that double; no object per key, and nothing grows with
// operations on keys that are known already.
// Once full, it stays a sample of what was put: the n-th new key takes the place of one that is remembered with
// probability max / n (Vitter's algorithm R). A key that has lost its place counts as new when it is put again.
import assert from 'node:assert/strict';
import { type Random, spreadInteger, Xoshiro128 } from '../random/index.js';

const capacityMin = 64;
/** No key: keys are integers from 0 up. */
const empty = -1;

export class OwnPuts {
  readonly #keysMax: number;
  /** Distinct keys; until it is full, in the order of their first put. */
  #keys = new Float64Array(capacityMin / 2);
  #count = 0;
  /** The same keys at the place that their hash gives; at most half full. */
  #table = new Float64Array(capacityMin).fill(empty);
  /** New keys offered, whether they were remembered or not. */
  #offered = 0;
  /** Chooses who makes room; fixed, so that what is remembered is a function of what was put. */
  #chance: Xoshiro128 | undefined;

  /** Remembers at most `keysMax` keys, in 24 to 48 bytes each and not before there are any. */
  constructor(keysMax: number) {
    assert(keysMax >= 1, 'there is room for one key at least');
    this.#keysMax = keysMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a key from 0 to 2^53 - 1; adding one again changes nothing. */
  add(key: number): void {
    assert(key >= 0, 'a key is a number from 0 up');
    const place = this.#placeOf(key);
    if (this.#table[place] === key) return;
    this.#offered++;
    if (this.#count === this.#keysMax) {
      this.#replace(key);
      return;
    }
    this.#table[place] = key;
    if (this.#count === this.#keys.length) this.#grow();
    this.#keys[this.#count++] = key;
  }

  /** One of the distinct keys, each equally likely; undefined, without a draw, when there is none. */
  pick(random: Random): number | undefined {
    return this.#count === 0 ? undefined : this.#keys[random.uniform(this.#count) - 1];
  }

  /** Where the key stands in the table, or the empty place where it would. */
  #placeOf(key: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let place = spreadInteger(key) & mask;
    for (let found = table[place]; found !== key && found !== empty; found = table[place]) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #replace(key: number): void {
    this.#chance ??= new Xoshiro128([this.#keysMax, 0, 0]);
    const index = Math.floor((this.#chance.next() / 2 ** 32) * this.#offered);
    if (index >= this.#count) return;
    this.#forget(this.#keys[index]!);
    this.#keys[index] = key;
    this.#table[this.#placeOf(key)] = key;
  }

  /** Takes a key out of the table and moves up those behind it that would not be found past the gap. */
  #forget(key: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let gap = this.#placeOf(key);
    for (let next = (gap + 1) & mask; table[next] !== empty; next = (next + 1) & mask) {
      const home = spreadInteger(table[next]!) & mask;
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      table[gap] = table[next]!;
      gap = next;
    }
    table[gap] = empty;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    const old = this.#table;
    this.#table = new Float64Array(keys.length * 2).fill(empty);
    for (const key of old) if (key !== empty) this.#table[this.#placeOf(key)] = key;
    this.#keys = keys;
  }
}
