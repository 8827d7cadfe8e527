/**
 * The numbers that this node gives to members, in the order in which it hears of them; its own is 0. A number
 * stays its member's for as long as the process runs, whoever joins or leaves, so that tables of requests, of
 * links and of who is up go by it. Numbers mean nothing to other nodes: names do.
 */
import assert from 'node:assert/strict';
import type { NodeName } from '../ring/index.js';

/** The most names that one process tells apart: what fits the columns of the request table. */
export const memberNumbersMax = 0x7fff;

/** The number of this node. */
export const selfNumber = 0;

export class MemberRegistry {
  /** 1 for this node and each member that can be asked now; the links keep it up to date. */
  readonly isUp = new Uint8Array(memberNumbersMax);
  readonly #names: NodeName[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(self: NodeName) {
    assert.equal(this.numberOf(self), selfNumber);
    this.isUp[selfNumber] = 1;
  }

  /** The number of a name, given to it now if it had none. */
  numberOf(name: NodeName): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.length;
    assert(number < memberNumbersMax, `${memberNumbersMax} names, the most that one process tells apart`);
    this.#names.push(name);
    this.#numbers.set(name, number);
    return number;
  }

  /** The number of a name, if it has one. */
  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** The numbers of all that can be asked now, this node included. */
  allUp(): number[] {
    return this.#names.flatMap((_, number) => (this.isUp[number] === 1 ? [number] : []));
  }

  nameOf(number: number): NodeName {
    const name = this.#names[number];
    assert(name !== undefined, `no member has number ${number}`);
    return name;
  }
}
