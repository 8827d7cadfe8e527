// A file that is either the old one or the whole new one, whoever looks at it meanwhile.
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ChartError } from './chart-error.js';

export async function writeAtomically(path: string, bytes: Buffer): Promise<void> {
  // In the same folder, because a rename works only within one file system.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChartError(`${path} cannot be written: ${reason}`, { cause: error });
  }
}
