/** What a store keeps, whose it is, and what it does when its disk does not do what it should. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyRecordView, type Storage, StorageError } from '../index.js';
import { type DurableStore, type DurableStoreOptions, openDurableStore } from './index.js';
import { type DiskDone, type LogDisk, openLogDisk } from './log-disk.js';

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rkv-durable-'));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function open(options: Partial<DurableStoreOptions> & { directory: string }): Promise<DurableStore> {
  const store = await openDurableStore({ nodeId: 'node1@127.0.0.1', ...options });
  endings.push(() => store.close().catch(() => undefined));
  return store;
}

/** The text and code of the error with which opening ends. */
async function refusal(options: Partial<DurableStoreOptions> & { directory: string }): Promise<string> {
  return open(options).then(
    () => 'open',
    (error: unknown) => (error instanceof StorageError ? `${error.code}: ${error.message}` : String(error)),
  );
}

function put(storage: Storage, key: string, value: string): void {
  const bytes = Buffer.from(value);
  storage.put(Buffer.from(key), 0, key.length, {
    ...emptyRecordView(),
    value: bytes,
    valueEnd: bytes.length,
  });
}

function read(storage: Storage, key: string): string | undefined {
  const view = emptyRecordView();
  if (!storage.get(Buffer.from(key), 0, key.length, view)) return undefined;
  return view.value.toString('latin1', view.valueStart, view.valueEnd);
}

const synced = (store: DurableStore) =>
  new Promise<StorageError | undefined>((resolve) =>
    store.sync((error) => resolve(error as StorageError | undefined)),
  );

const reserved = (store: DurableStore, ceilingMs: number) =>
  new Promise((resolve) => store.reserveClock(ceilingMs, resolve));

/** What a directory would be if the machine stopped now, since the log of a synced write is on the disk. */
function crashCopy(directory: string): string {
  const copy = folder();
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** A disk whose writes can be made to fail, and are counted. */
function faultyDisk() {
  const faults = { code: undefined as string | undefined, writes: 0 };
  const openDisk: typeof openLogDisk = (directory, options): LogDisk => {
    const disk = openLogDisk(directory, options);
    return {
      ...disk,
      write(file, buffers, offset, done: DiskDone) {
        faults.writes++;
        const { code } = faults;
        if (code === undefined) disk.write(file, buffers, offset, done);
        else setImmediate(() => done(Object.assign(new Error(`${code} it is`), { code })));
      },
    };
  };
  return { faults, openDisk };
}

describe('a store after a crash', () => {
  it('has every synced write, its partitions, and a new incarnation', async () => {
    const directory = folder();
    const store = await open({ directory });
    for (let i = 0; i < 100; i++) put(store.storageOf(i % 3), `key${i}`, `value${i}`);
    expect(await synced(store)).toBeUndefined();
    put(store.storageOf(7), 'not', 'synced');
    const after = await open({ directory: crashCopy(directory) });
    for (let i = 0; i < 100; i++) expect(read(after.storageOf(i % 3), `key${i}`)).toBe(`value${i}`);
    expect(after.positions()).toEqual([0, 1, 2]);
    expect([store.identity.incarnation, after.identity.incarnation]).toEqual([1, 2]);
    expect(after.identity.storeId).toBe(store.identity.storeId);
    expect(after.recovery).toMatchObject({ operationsReplayed: 100, groupsLost: 0 });
  });

  it('begins no version below what its clock had reserved, but where it was closed in order', async () => {
    const directory = folder();
    const store = await open({ directory });
    await reserved(store, 5000);
    const copy = crashCopy(directory);
    expect((await open({ directory: copy })).clockFloorMs).toBe(5000);
    await store.close(4321);
    expect((await open({ directory })).clockFloorMs).toBe(4321);
  });

  it('writes what is put together with one write', async () => {
    const { faults, openDisk } = faultyDisk();
    const store = await open({ directory: folder(), openDisk });
    for (let i = 0; i < 64; i++) put(store.storageOf(i), 'key', 'value');
    await synced(store);
    expect(faults.writes).toBe(1);
  });
});

describe('a data directory', () => {
  it('belongs to one node, one cluster and one size of ring', async () => {
    const directory = folder();
    const store = await open({ directory });
    await store.bind({ clusterId: 'one', ringSize: 64 });
    await store.bind({ clusterId: 'one', ringSize: 64 });
    await expect(store.bind({ clusterId: 'two', ringSize: 64 })).rejects.toThrow(
      /belongs to cluster one, and this node is in cluster two/,
    );
    await expect(store.bind({ clusterId: 'one', ringSize: 16 })).rejects.toThrow(/ring of 64 partitions/);
    await store.close();
    expect(await refusal({ directory, nodeId: 'node2@127.0.0.1' })).toMatch(
      /^foreign-store: .* belongs to node node1@127.0.0.1, and this is node node2@127.0.0.1/,
    );
  });

  it.skipIf(process.platform !== 'linux')('is open in one place at a time', async () => {
    const directory = folder();
    await open({ directory });
    expect(await refusal({ directory })).toMatch(/^in-use: .* is in use by another process\.$/);
  });

  it('says what is wrong with a path that cannot be one', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await refusal({ directory: file })).toMatch(/^unusable: .* there is a file of that name\.$/);
    expect(await refusal({ directory: join(file, 'below') })).toMatch(/^unusable: .* a part of its path is/);
  });
});

describe('a disk', () => {
  it('that is full undoes what it cannot take, says so, and goes on when there is room', async () => {
    const { faults, openDisk } = faultyDisk();
    const store = await open({ directory: folder(), openDisk });
    const storage = store.storageOf(0);
    put(storage, 'k', 'old');
    await synced(store);
    faults.code = 'ENOSPC';
    put(storage, 'k', 'new');
    put(storage, 'other', 'new');
    expect(await synced(store)).toMatchObject({ code: 'storage-full', definite: true });
    expect([read(storage, 'k'), read(storage, 'other'), storage.count]).toEqual(['old', undefined, 1]);
    faults.code = undefined;
    put(storage, 'k', 'newest');
    expect(await synced(store)).toBeUndefined();
    expect(read(storage, 'k')).toBe('newest');
  });

  it('that fails once is not tried again: nobody knows what it has', async () => {
    const { faults, openDisk } = faultyDisk();
    const failures: string[] = [];
    const onFailed = (error: StorageError) => failures.push(error.code);
    const store = await open({ directory: folder(), openDisk, onFailed });
    const storage = store.storageOf(0);
    faults.code = 'EIO';
    put(storage, 'k', 'v');
    expect(await synced(store)).toMatchObject({ code: 'storage-failed', definite: false });
    expect(storage.isDurable(Buffer.from('k'), 0, 1)).toBe(false);
    faults.code = undefined;
    expect(() => put(storage, 'other', 'v')).toThrow(/EIO/);
    expect(await synced(store)).toMatchObject({ code: 'storage-failed' });
    expect(failures).toEqual(['storage-failed']);
    await expect(store.close()).rejects.toThrow(/EIO/);
  });

  it('that has changed a record is found out: the record is refused, left out of walks, and healed by a put', async () => {
    const directory = folder();
    const first = await open({ directory });
    put(first.storageOf(0), 'bad', 'the value that will be damaged');
    put(first.storageOf(0), 'good', 'value');
    await first.close();
    const table = join(directory, 'table.mdb');
    const bytes = readFileSync(table);
    const at = bytes.indexOf('the value that will be damaged');
    bytes[at + 4]! ^= 1;
    writeFileSync(table, bytes);
    const told: string[] = [];
    const store = await open({ directory, onCorrupt: (_, key) => told.push(key.toString()) });
    const storage = store.storageOf(0);
    expect(() => read(storage, 'bad')).toThrow(expect.objectContaining({ code: 'corrupt' }));
    const keys = storage.reduce<string[]>((list, key) => list.concat(key.toString()), []);
    expect([keys, told]).toEqual([['good'], ['bad']]);
    put(storage, 'bad', 'healed');
    await synced(store);
    await store.checkpoint();
    expect([read(storage, 'bad'), storage.count]).toEqual(['healed', 2]);
  });

  it('that has lost what it had flushed is found out at the start', async () => {
    const directory = folder();
    const store = await open({ directory });
    for (const key of ['one', 'two', 'three']) {
      put(store.storageOf(0), key, `value of ${key}`);
      await synced(store);
    }
    const copy = crashCopy(directory);
    const log = join(copy, 'log-0');
    const bytes = readFileSync(log);
    bytes[bytes.indexOf('value of one')]! ^= 1;
    writeFileSync(log, bytes);
    expect(await refusal({ directory: copy })).toMatch(/^corrupt: .*2 acknowledged groups.*accept/i);
    const accepted = await open({ directory: copy, acceptLoss: true });
    expect([accepted.recovery.groupsLost, accepted.positions()]).toEqual([2, []]);
  });
});
