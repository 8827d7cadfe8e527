/** Reads a configuration file of `rkv server`, of YAML or JSON, and tells everything that is wrong with it at once. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { serviceLimitMax, serviceLimits } from '../edge/service-limits.js';
import { ServerError } from '../server-error.js';
import { nearestKey } from './nearest-key.js';
import { expectedOf, serverConfigSchema } from './server-config.js';
import type { GivenSettings, ServerSettings } from './server-flags.js';

/** A configuration has some thirty keys; more than this is another file. */
const configBytesMax = 1024 * 1024;
/** Of a value that is not right so much is shown. */
const shownLengthMax = 80;
/** A value that has a key of this kind may be a secret that stands in the wrong place. */
const secretKey = /pass|secret|key|token/i;

export async function readServerConfig(path: string): Promise<GivenSettings> {
  if (path === '') throw mistake('--config is empty: name a file, for example --config node1.yaml.');
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw mistake(`The configuration ${path} cannot be read: ${error.message}.`);
  });
  if (text.length > configBytesMax)
    throw mistake(`The configuration ${path} is longer than ${configBytesMax} bytes: it is another file.`);
  return serverConfigOf(text, path);
}

/** Throws a ServerError with a line for each mistake: its path, what was found, what was expected. */
export function serverConfigOf(text: string, path: string): GivenSettings {
  const value = parsedYaml(text, path) ?? {};
  const parsed = serverConfigSchema.safeParse(value);
  if (!parsed.success) {
    const lines = parsed.error.issues.flatMap((issue) => described(issue, value));
    throw mistake([`The configuration ${path} is wrong:`, ...new Set(lines)].join('\n'));
  }
  const { $schema: _, limit, ...settings } = parsed.data;
  if (limit === undefined) return settings;
  return { ...settings, limit: Object.entries(limit).map(([name, number]) => `${name}=${number}`) };
}

function parsedYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    const lines = document.errors.map(({ message, pos }) => `line ${lineOf(text, pos[0])}: ${message}`);
    throw mistake([`The configuration ${path} is neither YAML nor JSON:`, ...lines].join('\n'));
  }
  try {
    return document.toJS();
  } catch (error) {
    throw mistake(`The configuration ${path} cannot be read: ${(error as Error).message}.`);
  }
}

function described(issue: z.core.$ZodIssue, value: unknown): string[] {
  const place = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = place.length === 0 ? Object.keys(expectedOf) : serviceLimits.map(({ name }) => name);
    return issue.keys.map((key) => {
      const nearest = nearestKey(key, known);
      const told = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
      return `${[...place, key].join('.')}: there is no such key; ${told}`;
    });
  }
  const found = shown(place, valueAt(value, issue.path));
  return [`${place.join('.') || 'the whole'}: found ${found}, expected ${expected(place)}`];
}

function expected([key, inner]: readonly string[]): string {
  if (key === undefined) return 'keys and values, for example port: 7001';
  const limit = key === 'limit' ? serviceLimits.find(({ name }) => name === inner) : undefined;
  if (limit !== undefined)
    return `a whole number from ${limit.least} to ${serviceLimitMax} (${limit.meaning})`;
  return expectedOf[key as keyof ServerSettings];
}

function valueAt(value: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function shown(place: readonly string[], value: unknown): string {
  if (secretKey.test(place.join('.'))) return `what is not shown (${value === null ? 'null' : typeof value})`;
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax - 3)}...` : text;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function mistake(message: string): ServerError {
  return new ServerError('bad-config', message, { definite: true });
}
