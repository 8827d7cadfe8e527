// Converters from integers: they need a generator of plain integers below them.
import type { IntegerKeys, KeyEncoding, KeyGenerator } from './generator.js';
import { GeneratorError } from './generator-spec.js';

/** The same integers under another encoding; throws GeneratorError when they are bytes already. */
export function integersOf(source: KeyGenerator, converter: string, encoding: KeyEncoding): IntegerKeys {
  if (source.kind === 'integer' && source.encoding === undefined) return { ...source, encoding };
  throw new GeneratorError(`${converter} converts integers, and the generator inside it gives bytes`);
}
