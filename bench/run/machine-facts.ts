// Where and with what a run took place.
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import type { Results } from '../../results/schema.js';

export function machineFacts(): Results['machine'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
  };
}

export function versionFacts(): Results['versions'] {
  // A package may import itself by its name, from the sources as well as from dist/.
  const { version } = createRequire(import.meta.url)('rkv/package.json') as { version: string };
  return { rkv: version, node: process.version };
}
