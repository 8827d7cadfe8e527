// The bytes that values are views of: filled once from the seed, so that a run's values are the same everywhere,
// and shared by the workers of a thread, so that drawing one copies nothing.
import { Xoshiro128 } from '../random/index.js';

/** The pool's size, as in the tutorial's tool; for values above half of it the pool has that much to spare. */
const poolBytesDefault = 1024 * 1024;
/** Random bytes and repeated text take turns in pieces of this size in a semi-compressible pool. */
const semiBlockBytes = 4096;
/** And in pieces of this size in one of a given ratio: well inside the window of every compressor. */
const ratioBlockBytes = 256;

const text = Buffer.from('the quick brown fox jumps over the lazy dog; ');

/** Gives pools of random bytes by the size of the largest value; each is made once. */
export class RandomPools {
  readonly #seed: readonly [number, number, number];
  readonly #sourceBytes: number;
  readonly #made = new Map<number, Buffer>();

  /** `sourceBytes`: how many random bytes there are at least; more make repetition rarer and cost memory. */
  constructor(seed: readonly [number, number, number], sourceBytes = poolBytesDefault) {
    this.#seed = seed;
    this.#sourceBytes = sourceBytes;
  }

  /** A pool for values of at most `valueBytes`. */
  pool(valueBytes: number): Buffer {
    const source = this.#sourceBytes;
    const bytes = valueBytes <= source / 2 ? source : valueBytes + source;
    let pool = this.#made.get(bytes);
    if (pool === undefined) {
      pool = randomBytes(bytes, this.#seed);
      this.#made.set(bytes, pool);
    }
    return pool;
  }
}

function randomBytes(bytes: number, seed: readonly [number, number, number]): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  const random = new Xoshiro128(seed);
  for (let at = 0; at < words.length; at++) words[at] = random.next();
  return Buffer.from(words.buffer, 0, bytes);
}

/** Pools derived from others, so that all workers of a thread share them, too. */
const derived = new WeakMap<Buffer, Map<string, Buffer>>();

/** A copy of `pool` with text in place of half of its bytes, in blocks of 4 KiB. */
export function semiCompressiblePool(pool: Buffer): Buffer {
  return derive(pool, 'semi', (copy) => {
    for (let at = semiBlockBytes; at < copy.length; at += 2 * semiBlockBytes) {
      copy.fill(text, at, at + semiBlockBytes);
    }
    return copy;
  });
}

/** A copy of `pool` that a compressor can bring down to about `ratio` of its size. */
export function compressiblePool(pool: Buffer, ratio: number): Buffer {
  return derive(pool, `ratio ${ratio}`, (copy) => {
    for (let at = 0; at < copy.length; at += ratioBlockBytes) {
      copy.fill(0, at + Math.round(ratioBlockBytes * ratio), at + ratioBlockBytes);
    }
    return copy;
  });
}

/** The content of a file, over and over, at least `bytes` of it. */
export function repeatedPool(content: Buffer, bytes: number): Buffer {
  if (content.length >= bytes) return content;
  return derive(content, `repeated ${bytes}`, () => Buffer.alloc(bytes, content));
}

function derive(pool: Buffer, how: string, change: (copy: Buffer) => Buffer): Buffer {
  let made = derived.get(pool);
  if (made === undefined) {
    made = new Map();
    derived.set(pool, made);
  }
  let result = made.get(how);
  if (result === undefined) {
    result = change(Buffer.from(pool));
    made.set(how, result);
  }
  return result;
}

/** A copy of `pool` in printable characters, each of the 95 about equally often. */
export function printablePool(pool: Buffer): Buffer {
  return derive(pool, 'printable', (copy) => {
    for (let at = 0; at < copy.length; at++) copy[at] = 32 + ((copy[at]! * 95) >>> 8);
    return copy;
  });
}
