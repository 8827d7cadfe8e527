// Keys in order from a first one, which end; what sequential generators have in common, resuming included.
import { exhausted, type IntegerKeys } from '../generator.js';
import type { GeneratorContext } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';

export function sequence(first: number, count: number, { progress }: GeneratorContext): IntegerKeys {
  // A place beyond the end belongs to another configuration: begin anew, as basho_bench does.
  const resumeAt = progress?.resumeAt ?? 0;
  let drawn = resumeAt < count ? resumeAt : 0;
  return integerKeys(count, () => {
    if (drawn === count) return exhausted;
    const key = first + drawn++;
    progress?.reached(drawn);
    return key;
  });
}
