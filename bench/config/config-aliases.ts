// Both spellings of a key: rkv's own in camel case, and those of basho_bench and rcl_bench with underscores. Where an
// ancestor meant another unit, its spelling keeps it: report_interval counts seconds.
import type { ConfigurationProblem } from './configuration-error.js';

/** Other names of keys; besides these, every key may be written with underscores. */
const otherNames: Readonly<Record<string, string>> = {
  concurrent: 'concurrentWorkers',
  rng_seed: 'randomSeed',
};

/** The same with rkv's own keys; names a key that stands there in two spellings. */
export function withOwnKeys(
  input: unknown,
  known: readonly string[],
): { config: unknown; problems: ConfigurationProblem[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { config: input, problems: [] };
  }
  const config: Record<string, unknown> = {};
  const writtenAs = new Map<string, string>();
  const problems: ConfigurationProblem[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (key === '$schema') continue; // For editors.
    const own = ownName(key, known);
    const before = writtenAs.get(own);
    if (before !== undefined) {
      const message = `"${before}" and "${key}" are the same setting; keep one of them`;
      problems.push({ path: key, message });
      continue;
    }
    writtenAs.set(own, key);
    const isSeconds = key === 'report_interval' && typeof value === 'number';
    config[own] = isSeconds ? `${value}s` : value;
  }
  return { config, problems };
}

function ownName(key: string, known: readonly string[]): string {
  if (known.includes(key)) return key;
  if (Object.hasOwn(otherNames, key)) return otherNames[key]!;
  const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return known.includes(camel) ? camel : key;
}
