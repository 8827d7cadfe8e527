// Reads the configuration that --config names: a module whose default export is a configuration, JSON, YAML, or
// basho_bench's Erlang terms.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { readBashoConfig } from './basho-config.js';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import { importUserModule, moduleExtensions } from './import-user-module.js';
import type { BenchConfigInput } from './schema.js';

/** Larger than any configuration. */
const configBytesMax = 16 * 1024 * 1024;
const readers: Readonly<Record<string, (text: string, file: string) => LoadedConfig>> = {
  '.json': readJson,
  '.yaml': readYaml,
  '.yml': readYaml,
  '.config': readBasho,
};

export interface LoadedConfig {
  /** As written; its content is checked where the plan is made. */
  config: BenchConfigInput;
  /** What in it has no effect, for people. */
  notes: string[];
  problems: ConfigurationProblem[];
}

/** Throws ConfigurationError when the file cannot be read; what is wrong inside it comes back as problems. */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const path = resolve(file);
  if (!existsSync(path)) refuse(`there is no file "${file}" (${path})`);
  const { size } = statSync(path);
  const extension = extname(path);
  const reader = readers[extension];
  if (reader !== undefined) {
    if (!statSync(path).isFile()) refuse(`"${file}" is no file`);
    if (size > configBytesMax) refuse(`"${file}" has ${size} bytes; at most ${configBytesMax}`);
    return reader(readFileSync(path, 'utf8'), file);
  }
  if (!moduleExtensions.includes(extension)) {
    refuse(
      `"${file}" is neither JSON (.json), YAML (.yaml), basho_bench's (.config), nor a module (${moduleExtensions.join(', ')})`,
    );
  }
  const exported = await importUserModule(path, '--config');
  if (typeof exported === 'object' && exported !== null) {
    return { config: exported as BenchConfigInput, notes: [], problems: [] };
  }
  return refuse(`"${file}" has no default export; write: export default defineBench({ ... })`);
}

function refuse(message: string): never {
  throw new ConfigurationError([{ path: '--config', message }]);
}

function readJson(text: string, file: string): LoadedConfig {
  try {
    return { config: JSON.parse(text) as BenchConfigInput, notes: [], problems: [] };
  } catch (error) {
    return refuse(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function readYaml(text: string, file: string): LoadedConfig {
  const document = parseDocument(text, { prettyErrors: true });
  const problems = document.errors.map(({ message, linePos }) => ({
    path: linePos === undefined ? file : `${file}, line ${linePos[0].line}, column ${linePos[0].col}`,
    message: `this is not YAML: ${message.split('\n')[0]}`,
  }));
  if (problems.length > 0) return { config: {}, notes: [], problems };
  // An alias that refers to itself many times over is refused by the library.
  const config = (document.toJS({ maxAliasCount: 100 }) ?? {}) as BenchConfigInput;
  return { config, notes: [], problems: [] };
}

function readBasho(text: string): LoadedConfig {
  const now = Date.now();
  const seed: [number, number, number] = [
    Math.floor(now / 1e9),
    Math.floor((now / 1000) % 1e6),
    (now % 1000) * 1000,
  ];
  const { config, notes, problems } = readBashoConfig(text, seed);
  return { config: config as BenchConfigInput, notes, problems };
}
