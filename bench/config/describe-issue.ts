// What zod finds wrong with a configuration, as problems for people: the place, what stands there, what would be
// right, and the name that was meant.
import type { z } from 'zod';
import type { ConfigurationProblem } from './configuration-error.js';
import { nearestName } from './nearest-name.js';

type Issue = z.core.$ZodIssue;

/** An example of a right value, by key. */
const examples: Readonly<Record<string, string>> = {
  driver: 'redis',
  mode: 'max',
  concurrentWorkers: '10',
  duration: '"5s", or a number of minutes',
  reportInterval: '"1s"',
  timeout: '"5s"',
  operations: '[["get", 1], ["put", 1]]',
  keyGenerator: '["uniform_int", 100000]',
  valueGenerator: '["fixed_bin", 100]',
  randomSeed: '[1, 4, 3]',
  endpoints: '["127.0.0.1:6379"]',
  thresholds: '["get.p99 < 5ms"]',
  threads: '2',
  cluster: '{ "nodes": 3 }',
  faults: '[{ "at": "10s", "kind": "pause", "target": "node2", "duration": "2s" }]',
};

/** `knownIn` gives the keys that there are at a path. */
export function describeIssue(
  issue: Issue,
  input: unknown,
  knownIn: (path: readonly PropertyKey[]) => readonly string[],
): ConfigurationProblem[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...issue.path, key], knownIn(issue.path)));
  }
  if (issue.code === 'invalid_union') {
    const best = bestBranch(issue.errors);
    if (best !== undefined) {
      return best.flatMap((inner) =>
        describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, input, knownIn),
      );
    }
  }
  const found = shown(valueAt(input, issue.path));
  const example = examples[String(issue.path[0])];
  if (issue.code === 'custom') {
    return [{ path, message: issue.message, found, expected: example ?? issue.message }];
  }
  const expected = expectationOf(issue);
  const meant =
    issue.code === 'invalid_value' ? nearestValue(issue.values, valueAt(input, issue.path)) : undefined;
  if (meant !== undefined) {
    const message = `${found} is not right; did you mean "${meant}"? Expected ${expected}`;
    return [{ path, message, found, expected, nearest: meant }];
  }
  const suffix = example === undefined || issue.path.length > 1 ? '' : `; for example ${example}`;
  return [{ path, message: `${found} is not right: expected ${expected}${suffix}`, found, expected }];
}

function unknownKey(path: readonly PropertyKey[], known: readonly string[]): ConfigurationProblem {
  const key = String(path.at(-1));
  const nearest = nearestName(key, known);
  const hint =
    nearest !== undefined
      ? `; did you mean "${nearest}"?`
      : known.length === 0
        ? '.'
        : `. Known: ${known.join(', ')}`;
  const expected = known.length === 0 ? 'no such key' : `one of ${known.join(', ')}`;
  const problem = {
    path: path.map(String).join('.'),
    message: `unknown key "${key}"${hint}`,
    found: key,
    expected,
  };
  return nearest === undefined ? problem : { ...problem, nearest };
}

/** The alternative that came furthest into the value; undefined when none got past the first look. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
  // What says in words of its own what is wrong is better than that it is no such constant.
  const isSaid = (issues: readonly Issue[]) => issues.some(({ code }) => code === 'custom');
  const entered = branches.filter(
    (issues) =>
      issues.length > 0 && !issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type'),
  );
  return [...entered].sort(
    (a, b) => depth(b) - depth(a) || Number(isSaid(b)) - Number(isSaid(a)) || a.length - b.length,
  )[0];
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : withArticle(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${elements(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${elements(issue.origin)}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map((inner) => expectationOf(inner)))].join(', or ');
    default:
      return issue.message;
  }
}

function nearestValue(known: readonly unknown[], value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return nearestName(
    value,
    known.filter((one) => typeof one === 'string'),
  );
}

function elements(origin: string): string {
  return origin === 'array' ? ' elements' : '';
}

function withArticle(type: string): string {
  const names: Readonly<Record<string, string>> = { array: 'a list', tuple: 'a list', string: 'a text' };
  return names[type] ?? `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
