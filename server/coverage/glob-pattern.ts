/**
 * The patterns of KEYS and SCAN, as Redis matches them: `*` any bytes, `?` one byte, `[a-c]` and `[^a-c]` one of a
 * class, `\` takes the next byte as it is. Compiled once; matching never recurses and goes back to the last star
 * only, so that its cost is at most the product of the two lengths, and a step limit bounds that (Redis had to
 * be mended for patterns like `*a*a*a*a*b` in CVE-2022-36021).
 */

/** What `matches` tells of a key. */
export const noMatch = 0;
export const match = 1;
/** The pattern needed more steps than it may have on one key: whether the key matches is not known. */
export const tooCostly = -1;

const anyByte = -1;
const star = -2;
/** Classes are the numbers from here on downwards. */
const firstClass = -3;

export class GlobPattern {
  /** Tokens: a byte (0..255), `anyByte`, `star`, or the class `firstClass - token`. */
  readonly #tokens: Int32Array;
  readonly #classes: Uint8Array[] = [];
  readonly #stepsMax: number;
  /** Steps taken so far, over all keys: the owner stops a page when they are too many. */
  steps = 0;

  /** `stepsMax` bounds the work on one key. */
  constructor(pattern: Buffer, stepsMax = 1_000_000) {
    this.#tokens = Int32Array.from(this.#compile(pattern));
    this.#stepsMax = stepsMax;
  }

  matches(key: Buffer): number {
    const tokens = this.#tokens;
    // Redis' loop is not entered for an empty key: no pattern but the empty one matches it.
    if (key.length === 0) return tokens.length === 0 ? match : noMatch;
    let [token, at] = [0, 0];
    let [starToken, starAt] = [-1, 0];
    let steps = 0;
    while (at < key.length) {
      if (++steps > this.#stepsMax) {
        this.steps += steps;
        return tooCostly;
      }
      if (token < tokens.length && tokens[token] === star) {
        starToken = token++;
        starAt = at;
      } else if (token < tokens.length && this.#takes(tokens[token]!, key[at]!)) {
        token++;
        at++;
      } else if (starToken >= 0) {
        // The last star takes one byte more; earlier ones need not, since what they took was the least possible.
        token = starToken + 1;
        at = ++starAt;
      } else {
        this.steps += steps;
        return noMatch;
      }
    }
    this.steps += steps;
    while (token < tokens.length && tokens[token] === star) token++;
    return token === tokens.length ? match : noMatch;
  }

  #takes(token: number, byte: number): boolean {
    if (token >= 0) return token === byte;
    return token === anyByte || this.#classes[firstClass - token]![byte] === 1;
  }

  #compile(pattern: Buffer): number[] {
    const tokens: number[] = [];
    for (let at = 0; at < pattern.length; at++) {
      const byte = pattern[at]!;
      if (byte === 0x2a) {
        if (tokens.at(-1) !== star) tokens.push(star);
      } else if (byte === 0x3f) tokens.push(anyByte);
      else if (byte === 0x5b) {
        tokens.push(firstClass - this.#classes.length);
        at = this.#class(pattern, at + 1);
      } else if (byte === 0x5c && at + 1 < pattern.length) tokens.push(pattern[++at]!);
      else tokens.push(byte);
    }
    return tokens;
  }

  /** Reads a class from behind its bracket on; returns where its last byte is. A class may lack its end. */
  #class(pattern: Buffer, start: number): number {
    const members = new Uint8Array(256);
    let at = start;
    const isNot = pattern[at] === 0x5e;
    if (isNot) at++;
    for (; at < pattern.length && pattern[at] !== 0x5d; at++) {
      if (pattern[at] === 0x5c && at + 1 < pattern.length) members[pattern[++at]!] = 1;
      else if (at + 2 < pattern.length && pattern[at + 1] === 0x2d) {
        addRange(members, pattern[at]!, pattern[at + 2]!);
        at += 2;
      } else members[pattern[at]!] = 1;
    }
    this.#classes.push(isNot ? members.map((member) => 1 - member) : members);
    return Math.min(at, pattern.length - 1);
  }
}

/** The bytes between two, which may stand in either order; as in C, those from 128 on are below zero. */
function addRange(members: Uint8Array, one: number, other: number): void {
  const [a, b] = [(one << 24) >> 24, (other << 24) >> 24];
  for (let byte = Math.min(a, b); byte <= Math.max(a, b); byte++) members[byte & 255] = 1;
}
