/** The flags that say where records are kept and what an acknowledged write survives, and what they mean. */
import type { DataOptions } from '../edge/node-storage.js';
import { ServerError } from '../server-error.js';
import { batchWindowMsDefault, durabilityOf } from '../storage/lmdb/index.js';

export const durabilities = ['sync', 'batch', 'os'] as const;

export interface DataArguments {
  dataDir: string | undefined;
  durability: (typeof durabilities)[number] | undefined;
  batchWindow: number | undefined;
}

export const batchWindowMsMax = 60_000;

export const dataFlags = {
  'data-dir': { type: 'string', describe: 'a directory for the data [default: data are in memory only]' },
  durability: {
    type: 'string',
    choices: durabilities,
    describe:
      'with --data-dir, what an acknowledged write survives: a lost power (sync, the default), the same but for the last moments (batch), or a killed process (os)',
  },
  'batch-window': {
    type: 'number',
    describe: `with --durability batch, milliseconds that a lost power may take [default: ${batchWindowMsDefault}]`,
  },
} as const;

/** Undefined for memory. Throws a ServerError on flags that do not go together. */
export function dataOf({
  dataDir,
  durability,
  batchWindow,
}: DataArguments): Required<Pick<DataOptions, 'directory' | 'durability'>> | undefined {
  if (dataDir === undefined) {
    if (durability !== undefined || batchWindow !== undefined)
      throw mistake(
        '--durability and --batch-window need --data-dir DIR: without it data are in memory only.',
      );
    return undefined;
  }
  if (dataDir === '') throw mistake('--data-dir is empty: name a directory, for example --data-dir ./data.');
  if (batchWindow !== undefined && durability !== 'batch')
    throw mistake('--batch-window is only for --durability batch.');
  if (batchWindow !== undefined && !(batchWindow >= 1 && batchWindow <= batchWindowMsMax))
    throw mistake(`--batch-window is 1 to ${batchWindowMsMax} milliseconds, and ${batchWindow} was given.`);
  return { directory: dataDir, durability: durabilityOf(durability ?? 'sync', batchWindow) };
}

function mistake(message: string): ServerError {
  return new ServerError('bad-data', message, { definite: true });
}
