import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { storageConformance } from '../conformance.js';
import { type DurableStore, openDurableStore } from './index.js';

const directory = mkdtempSync(join(tmpdir(), 'rkv-storage-'));
let store: DurableStore;
let position = 0;

beforeAll(async () => {
  store = await openDurableStore({
    directory,
    nodeId: 'node-1',
    durability: { kind: 'os' },
    // Often enough that a test meets records in the table, in the overlay, and on the way between.
    limits: { checkpointBytes: 64 * 1024, checkpointMs: 5, segmentBytes: 256 * 1024 },
  });
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

storageConformance('durable storage', () => store.storageOf(position++));
