// Reads one layer of the configuration (a driver's defaults, a file, the flags): what of it is right, and all that
// is wrong. What is right is used further, so that its mistakes of meaning are found in the same go.

import { withOwnKeys } from './config-aliases.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { describeIssue } from './describe-issue.js';
import { type BenchConfig, benchConfigSchema } from './schema.js';

export interface ReadLayer {
  config: Partial<BenchConfig>;
  problems: ConfigurationProblem[];
}

const keys = Object.keys(benchConfigSchema.shape);

/** `origin` says in messages where the layer stands; it may be empty. */
export function readLayer(input: unknown, origin: string): ReadLayer {
  const { config, problems } = withOwnKeys(input, keys);
  const parsed = benchConfigSchema.safeParse(config);
  if (parsed.success) return { config: withoutUndefined(parsed.data), problems: problems.map(placed) };
  for (const issue of parsed.error.issues) problems.push(...describeIssue(issue, config, knownIn));
  const isObject = typeof config === 'object' && config !== null && !Array.isArray(config);
  const rest = isObject ? withoutWrongKeys(config as Record<string, unknown>, parsed.error.issues) : {};
  const again = benchConfigSchema.safeParse(rest);
  return { config: again.success ? withoutUndefined(again.data) : {}, problems: problems.map(placed) };

  function placed(problem: ConfigurationProblem): ConfigurationProblem {
    const path = [origin, problem.path].filter((part) => part !== '').join(': ');
    return { ...problem, path };
  }
}

/** The keys that there are at a path of the configuration. */
function knownIn(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return keys;
  if (path[0] === 'cluster')
    return ['nodes', 'ringSize', 'n', 'r', 'w', 'consistency', 'dataDir', 'durability'];
  if (path[0] === 'faults')
    return ['at', 'kind', 'target', 'duration', 'command', 'undo', 'timeout', 'label'];
  if (path[0] === 'verify') return ['operationsMax', 'bodyShare', 'expect'];
  if (path[0] === 'operations')
    return ['name', 'weight', 'operation', 'keyGenerator', 'valueGenerator', 'steps'];
  if (path[0] === 'preload') return ['keyGenerator', 'valueGenerator'];
  return [];
}

function withoutWrongKeys(
  config: Record<string, unknown>,
  issues: readonly { path: readonly PropertyKey[]; keys?: readonly string[] }[],
): Record<string, unknown> {
  const wrong = new Set(
    issues.flatMap(({ path, keys: unknown }) => (path.length > 0 ? [String(path[0])] : (unknown ?? []))),
  );
  return Object.fromEntries(Object.entries(config).filter(([key]) => !wrong.has(key)));
}

function withoutUndefined(config: BenchConfig): Partial<BenchConfig> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
