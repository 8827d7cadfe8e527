// What generators need of the machine, got before any of them is made: files that they take lines or bytes from,
// functions of the user's, and the place where a sequence left off.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.js';
import { importUserModule } from '../config/import-user-module.js';
import {
  type GeneratorContext,
  type GeneratorFunction,
  type GeneratorResources,
  generatorFileBytesLimit,
  resourcesOf,
} from '../generators/index.js';
import type { LoadPlan } from './load-plan.js';

export interface LoadedResources {
  file(path: string): Buffer;
  function(path: string, name: string): GeneratorFunction;
  /** SHA-256 of each file, by path. */
  digests: Readonly<Record<string, string>>;
  /** By the worker's index in this thread; undefined when sequences begin at their beginning. */
  progress?: readonly GeneratorContext['progress'][] | undefined;
}

export const noResources: LoadedResources = {
  file: (path) => {
    throw new ConfigurationError(`the file ${path} has not been read`);
  },
  function: (path) => {
    throw new ConfigurationError(`the module ${path} has not been loaded`);
  },
  digests: {},
};

/** Reads and loads all of it; ConfigurationError names everything that is not there. */
export async function loadGeneratorResources(
  wanted: readonly GeneratorResources[],
): Promise<LoadedResources> {
  const problems: ConfigurationProblem[] = [];
  const files = new Map<string, Buffer>();
  for (const path of new Set(wanted.flatMap((one) => one.files))) {
    const content = await readWhole(path);
    if (typeof content === 'string') problems.push({ path: 'generator', message: content });
    else files.set(path, content);
  }
  const functions = new Map<string, GeneratorFunction>();
  for (const { path, name } of wanted.flatMap((one) => one.functions)) {
    const loaded = await loadFunction(path, name);
    if (typeof loaded === 'string') problems.push({ path: 'generator', message: loaded });
    else functions.set(`${path}:${name}`, loaded);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    digests: Object.fromEntries(
      [...files].map(([path, content]) => [path, createHash('sha256').update(content).digest('hex')]),
    ),
    file: (path) => files.get(path) ?? noResources.file(path),
    function: (path, name) => functions.get(`${path}:${name}`) ?? noResources.function(path, name),
  };
}

/** What the generators of a plan need. */
export function resourcesOfPlan(
  plan: Pick<LoadPlan, 'operations' | 'keyGenerator' | 'valueGenerator'>,
): GeneratorResources[] {
  return plan.operations.flatMap(({ keyGenerator, valueGenerator }) => [
    resourcesOf('key', keyGenerator ?? plan.keyGenerator),
    resourcesOf('value', valueGenerator ?? plan.valueGenerator),
  ]);
}

/** The content, or a sentence that says why there is none. */
async function readWhole(file: string): Promise<Buffer | string> {
  const path = resolve(file);
  try {
    const { size } = await stat(path);
    if (size > generatorFileBytesLimit)
      return `the file ${file} has ${size} bytes; at most ${generatorFileBytesLimit}`;
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `there is no file "${file}" (${path})`;
    return `the file ${file} cannot be read: ${message}`;
  }
}

async function loadFunction(file: string, name: string): Promise<GeneratorFunction | string> {
  try {
    const exported = await importUserModule(resolve(file), 'generator', name);
    return typeof exported === 'function'
      ? (exported as GeneratorFunction)
      : `the module ${file} has no function under the name "${name}"`;
  } catch (error) {
    return error instanceof ConfigurationError ? error.problems[0]!.message : String(error);
  }
}
