// fixed_bin: values of one size. [fixed_bin, Size] takes a slice of a pool of random bytes, at a place that is
// drawn for each value; [fixed_bin, Size, Byte] repeats one byte. The pool is filled from the seed, so a run's
// values are the same everywhere; a value is a view of it, so drawing one copies nothing.
import type { Random } from '../random/index.js';
import { Xoshiro128 } from '../random/index.js';
import type { ValueGenerator } from './generator.js';
import { GeneratorError, type GeneratorSpec, wholeNumbers } from './generator-spec.js';

/** The pool's size, as in the tutorial's tool; for values above half of it the pool has that much to spare. */
const poolBytesMin = 1024 * 1024;
/** A value larger than this is beyond what any of the stores takes. */
const valueBytesMax = 512 * 1024 * 1024;

export function fixedBin(spec: GeneratorSpec): (seed: readonly [number, number, number]) => ValueGenerator {
  const example = 'fixed_bin:100, or fixed_bin:SIZE:BYTE';
  const [sizeBytes = 0, byte] = wholeNumbers(spec, example, spec.length > 2 ? [0, 0] : [0]);
  if (sizeBytes > valueBytesMax)
    throw new GeneratorError(`fixed_bin:${sizeBytes} is larger than ${valueBytesMax} bytes`, 1);
  if (byte !== undefined) {
    if (byte > 255) throw new GeneratorError(`fixed_bin:${sizeBytes}:${byte}: a byte is 0 to 255`, 2);
    const pool = Buffer.alloc(Math.max(1, sizeBytes), byte);
    // A draw all the same, so that the other values of the run do not depend on this setting.
    return () => ({ pool, sizeBytes, next: (random) => random.uniform(1) - 1 });
  }
  return (seed) => {
    const poolBytes = sizeBytes <= poolBytesMin / 2 ? poolBytesMin : sizeBytes + poolBytesMin;
    const pool = randomPool(poolBytes, seed);
    const places = pool.length - sizeBytes;
    return { pool, sizeBytes, next: (random: Random) => random.uniform(places) - 1 };
  };
}

function randomPool(bytes: number, seed: readonly [number, number, number]): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  const random = new Xoshiro128(seed);
  for (let at = 0; at < words.length; at++) words[at] = random.next();
  return Buffer.from(words.buffer, 0, bytes);
}
