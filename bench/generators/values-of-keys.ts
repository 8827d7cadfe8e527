// Values that are some generator's keys. Where keys come to an end, the last one stays.
import type { Random } from '../random/index.js';
import { bytesOf } from './bytes-of.js';
import { exhausted, type KeyGenerator, type ValueGenerator } from './generator.js';

export function valuesOfKeys(keys: KeyGenerator): ValueGenerator {
  const source = bytesOf(keys);
  const pool = Buffer.alloc(Math.max(1, source.sizeBytesMax));
  return {
    sizeBytesMax: source.sizeBytesMax,
    pool,
    start: 0,
    end: 0,
    draw(random: Random) {
      const end = source.write(random, pool, 0);
      if (end !== exhausted) this.end = end;
    },
  };
}
