// A driver to start from: it measures the file system, a file per key. Copy it, then replace the three
// operations by calls to your store, and run it with `rkv bench run --driver ./my-driver.ts`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../bench/driver.js'; // in your own file: from 'rkv'

export default {
  name: 'template',
  description: 'a file per key in a temporary folder; a driver to start from',
  operations: ['get', 'put', 'get_own_puts'],
  async open(workerId, { ownPuts }) {
    const folder = await mkdtemp(join(tmpdir(), `rkv-template-${workerId}-`));
    return {
      async run(operation, drawKey, drawValue) {
        const key = operation === 'get_own_puts' ? ownPuts.pick() : Number(drawKey());
        if (key === undefined) return { kind: 'silent' }; // nothing put yet: not counted
        if (operation === 'put') {
          await writeFile(join(folder, String(key)), drawValue());
          ownPuts.add(key);
          return { kind: 'ok' };
        }
        const found = await readFile(join(folder, String(key))).catch(() => undefined);
        return found === undefined ? { kind: 'missing' } : { kind: 'ok', value: found };
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
} satisfies Driver;
