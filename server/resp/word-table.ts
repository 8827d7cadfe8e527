/**
 * Finds a word (a command's name, an option) among known ones without making a string of it: the bytes are
 * hashed and compared as they lie, capital letters as small ones.
 */
import assert from 'node:assert/strict';

/** What `find` returns for a word that is not in the table. */
export const unknownWord = -1;

export class WordTable {
  /** Slot to word number, or -1; a word is in the first free slot from its hash on. */
  readonly #slots: Int16Array;
  readonly #words: readonly Buffer[];

  /** A word's number is its place in the list. Words are ASCII. */
  constructor(words: readonly string[]) {
    let size = 16;
    while (size < words.length * 4) size *= 2;
    this.#slots = new Int16Array(size).fill(unknownWord);
    this.#words = words.map((word) => Buffer.from(word.toLowerCase(), 'latin1'));
    this.#words.forEach((word, number) => {
      assert.equal(this.find(word, 0, word.length), unknownWord, `${word} is twice in the table`);
      let slot = hashOf(word, 0, word.length) & (size - 1);
      while (this.#slots[slot] !== unknownWord) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = number;
    });
  }

  /** The number of the word in `bytes[start..end)`. */
  find(bytes: Buffer, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number === unknownWord || equals(this.#words[number]!, bytes, start, end)) return number;
    }
  }
}

/** FNV-1a with capitals folded. Longer words than any known one need not be hashed to their end. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  const stop = end - start > 32 ? start + 32 : end;
  for (let at = start; at < stop; at++) hash = Math.imul(hash ^ small(bytes[at]!), 0x01000193);
  return hash ^ (hash >>> 15);
}

function equals(word: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== small(bytes[start + i]!)) return false;
  return true;
}

function small(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
