// From what stands under `driver` to the driver: a built-in one by name, or a module of the user's, in
// TypeScript or JavaScript, without a build step.
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { builtInDriver, builtInDriverNames } from '../../drivers/index.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { importUserModule, moduleExtensions } from '../config/import-user-module.js';
import { suggestion } from '../config/nearest-name.js';
import type { Driver } from '../driver.js';

export interface FoundDriver {
  driver: Driver;
  /** How a load thread finds it again. */
  reference: { name: string } | { path: string };
}

/** Throws ConfigurationError when there is no such driver or its module does not export one. */
export async function findDriver(named: string): Promise<FoundDriver> {
  const builtIn = await builtInDriver(named);
  if (builtIn !== undefined) return { driver: builtIn, reference: { name: named } };
  if (!/[/\\]/.test(named) && !moduleExtensions.includes(extname(named))) {
    const isBasho = /^(basho|rcl)_bench/.test(named);
    if (isBasho) {
      const message = `rkv has no driver for the store that "${named}" measures; name one with --driver. Known: ${builtInDriverNames.join(', ')}`;
      throw new ConfigurationError([{ path: 'driver', message, found: named, expected: 'a driver of rkv' }]);
    }
    throw new ConfigurationError([
      {
        path: 'driver',
        message: `unknown driver "${named}"${suggestion(named, builtInDriverNames)} Known: ${builtInDriverNames.join(', ')}; or the path of a module, for example ./my-driver.ts`,
      },
    ]);
  }
  const path = resolve(named);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new ConfigurationError([{ path: 'driver', message: `there is no file "${named}" (${path})` }]);
  }
  return { driver: await loadDriver({ path }), reference: { path } };
}

/** The driver of a reference that `findDriver` gave; used by load threads. */
export async function loadDriver(reference: { name: string } | { path: string }): Promise<Driver> {
  if ('name' in reference) {
    const builtIn = await builtInDriver(reference.name);
    if (builtIn === undefined) throw new ConfigurationError(`there is no driver "${reference.name}"`);
    return builtIn;
  }
  const exported = await importUserModule(reference.path, 'driver');
  const problem = problemWith(exported);
  if (problem !== undefined) {
    throw new ConfigurationError([{ path: 'driver', message: `${reference.path} ${problem}` }]);
  }
  return exported as Driver;
}

function problemWith(exported: unknown): string | undefined {
  if (typeof exported !== 'object' || exported === null) {
    return 'has no default export that is a driver; write: export default { name: ..., open(workerId, options) { ... } }';
  }
  const candidate = exported as Partial<Record<keyof Driver, unknown>>;
  if (typeof candidate.open !== 'function' && typeof candidate.openTicketed !== 'function') {
    return 'exports a driver without open(workerId, options), which returns a session with run(...)';
  }
  if (typeof candidate.name !== 'string') return 'exports a driver without a name (a string)';
  if (candidate.operations !== undefined && !Array.isArray(candidate.operations)) {
    return 'exports a driver whose operations are not a list of names';
  }
  return undefined;
}
