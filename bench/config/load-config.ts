// Reads the configuration that --config names: a module whose default export is a configuration, or JSON.
import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { importUserModule, moduleExtensions } from './import-user-module.js';
import type { BenchConfigInput } from './schema.js';

/** The configuration as written; its content is checked where the plan is made. */
export async function loadConfig(file: string): Promise<BenchConfigInput> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new ConfigurationError([{ path: '--config', message: `there is no file "${file}" (${path})` }]);
  const extension = extname(path);
  if (extension === '.json') return parseJson(path);
  if (!moduleExtensions.includes(extension)) {
    const message = `"${file}" is neither JSON nor a module (${moduleExtensions.join(', ')})`;
    throw new ConfigurationError([{ path: '--config', message }]);
  }
  const exported = await importUserModule(path, '--config');
  if (typeof exported === 'object' && exported !== null) return exported as BenchConfigInput;
  const message = `"${file}" has no default export; write: export default defineBench({ ... })`;
  throw new ConfigurationError([{ path: '--config', message }]);
}

function parseJson(path: string): BenchConfigInput {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BenchConfigInput;
  } catch (error) {
    throw new ConfigurationError([
      { path: '--config', message: `${path} is not JSON: ${(error as Error).message}` },
    ]);
  }
}
