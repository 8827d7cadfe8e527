// Workloads by name, `ycsb-a` or `ycsb-a:1000000` with the number of records: a layer of the configuration below the
// file and the flags.
import { ConfigurationError } from '../config/configuration-error.js';
import { suggestion } from '../config/nearest-name.js';
import type { BenchConfigInput } from '../config/schema.js';
import { type NamedWorkload, ycsbWorkloads } from './ycsb.js';

export const namedWorkloads: readonly NamedWorkload[] = ycsbWorkloads;

export const recordsDefault = 100_000;
const recordsMax = 2 ** 36;

/** Throws ConfigurationError when there is no such workload. */
export function workloadConfig(text: string): BenchConfigInput {
  const [name = '', records = String(recordsDefault), ...more] = text.split(':');
  const found = namedWorkloads.find((one) => one.name === name);
  const known = namedWorkloads.map((one) => one.name);
  if (found === undefined) {
    const message = `unknown workload "${name}"${suggestion(name, known)} Known: ${known.join(', ')}`;
    throw new ConfigurationError([
      { path: 'workload', message, found: name, expected: `one of ${known.join(', ')}` },
    ]);
  }
  const count = Number(records);
  if (more.length > 0 || !Number.isSafeInteger(count) || count < 1 || count > recordsMax) {
    const message = `"${text}" is not NAME or NAME:RECORDS; for example ${name}:${recordsDefault}`;
    throw new ConfigurationError([{ path: 'workload', message, found: text, expected: 'NAME:RECORDS' }]);
  }
  return found.config(count);
}
