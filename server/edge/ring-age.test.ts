/** Ring files that are older than the data beside them: told, and refused where nobody could make them good. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFormedState, ringEpoch } from '../membership/index.js';
import type { LogEvent } from '../node/index.js';
import { nodeName } from '../ring/index.js';
import { startServer } from '../start-server.js';
import { knownCluster } from './known-cluster.js';
import { openNodeStorage } from './node-storage.js';

const self = nodeName('node1@127.0.0.1');
const member = (number: number) => ({
  name: nodeName(`node${number}@127.0.0.1`),
  host: '127.0.0.1',
  clientPort: 1,
  linkPort: 2,
});
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Data that were last used with ring 1.9, beside ring files of ring 1.`epoch` that know of so many members. */
async function directoryWith({ epoch, members }: { epoch: number; members: number }): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'rkv-ring-age-'));
  folders.push(directory);
  const storage = await openNodeStorage(self, { directory, durability: { kind: 'os' } }, () => {});
  await storage.bind({ clusterId: 'c', ringSize: 16 });
  const state = createFormedState({
    clusterId: 'c',
    ringSize: 16,
    members: Array.from({ length: members }, (_, i) => ({ name: member(i + 1).name, address: '' })),
  });
  const { store } = storage;
  await new Promise<void>((done) =>
    store!.noteRingEpoch(ringEpoch({ ...state.decision, epoch: 9 }), () => done()),
  );
  await storage.close(undefined);
  const { save } = knownCluster({ directory, name: self, clusterId: undefined, log: () => {} });
  save({ state: { ...state, decision: { ...state.decision, epoch } }, copies: 1 });
  return directory;
}

async function begin(directory: string): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  const server = await startServer({
    name: self,
    host: '127.0.0.1',
    clientPort: 0,
    linkPort: 0,
    data: { directory, durability: { kind: 'os' } },
    log: (event) => events.push(event),
  });
  try {
    await server.begin({ quorum: { n: 3, r: 2, w: 2 }, members: [member(1)] });
  } finally {
    await server.stop();
  }
  return events;
}

describe('ring files that are older than the data', () => {
  it('are told of, where other members know the rest', async () => {
    const directory = await directoryWith({ epoch: 3, members: 3 });
    expect(await begin(directory)).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'ring-file-older', file: '1.3', data: '1.9' }),
    );
    // And again, until there is a newer one.
    expect(await begin(directory)).toContainEqual(expect.objectContaining({ event: 'ring-file-older' }));
  });

  it('are refused in a sentence, where they know of nobody else, and the data stay', async () => {
    const directory = await directoryWith({ epoch: 3, members: 1 });
    await expect(begin(directory)).rejects.toThrow(
      /^The ring files in .*\/ring are older than the data \(ring 1\.3, and the data were last used with ring 1\.9\)/,
    );
    // As the sentence says:
    rmSync(join(directory, 'ring'), { recursive: true });
    for (let i = 0; i < 2; i++)
      expect((await begin(directory)).filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('are none of these when they are as new, or newer', async () => {
    for (const epoch of [9, 12]) {
      const events = await begin(await directoryWith({ epoch, members: 1 }));
      expect(events.filter(({ level }) => level === 'warn')).toEqual([]);
    }
  });
});
