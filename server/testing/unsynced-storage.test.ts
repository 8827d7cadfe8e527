import { describe, expect, it } from 'vitest';
import { Scheduler } from '../sim/scheduler.js';
import { storageConformance } from '../storage/conformance.js';
import { emptyRecordView, type Storage } from '../storage/index.js';
import { SimulatedDisk } from './unsynced-storage.js';

const anyTime = new SimulatedDisk({ later: (_, run) => setImmediate(run), syncMs: () => 1 });
let position = 0;
storageConformance('storage on a simulated disk', () => anyTime.createStorage(position++));

function simulation() {
  const queue = new Scheduler();
  const disk = new SimulatedDisk({
    later: (ms, run) => queue.after(ms, 0, run),
    syncMs: () => 5,
  });
  return { queue, disk };
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
  return view.value.toString('utf8', view.valueStart, view.valueEnd);
}

const isDurable = (storage: Storage, key: string) => storage.isDurable(Buffer.from(key), 0, key.length);

describe('a simulated disk', () => {
  it('keeps over a crash what was synced and nothing else', () => {
    const { queue, disk } = simulation();
    const storage = disk.createStorage(3);
    put(storage, 'a', 'one');
    const told: string[] = [];
    disk.sync((error) => told.push(error?.message ?? 'ok'));
    put(storage, 'a', 'two');
    put(storage, 'b', 'three');
    expect([read(storage, 'a'), told, isDurable(storage, 'a')]).toEqual(['two', [], false]);
    queue.runUntil(5);
    expect([told, isDurable(storage, 'a'), disk.unsyncedCount]).toEqual([['ok'], false, 2]);
    disk.crash();
    const after = disk.createStorage(3);
    expect([read(after, 'a'), read(after, 'b')]).toEqual(['one', undefined]);
    expect([disk.positions(), disk.life, isDurable(after, 'a')]).toEqual([[3], 2, true]);
  });

  it('may keep the oldest of what was not synced, and lets a sync wait for the one before', () => {
    const { queue, disk } = simulation();
    const storage = disk.createStorage(0);
    const told: number[] = [];
    put(storage, 'a', '1');
    disk.sync(() => told.push(queue.nowMs));
    put(storage, 'b', '2');
    disk.sync(() => told.push(queue.nowMs));
    put(storage, 'c', '3');
    disk.sync(() => told.push(queue.nowMs));
    queue.runUntil(100);
    expect(told).toEqual([5, 10, 10]);
    put(storage, 'd', '4');
    put(storage, 'e', '5');
    disk.crash(1);
    const after = disk.createStorage(0);
    expect(['c', 'd', 'e'].map((key) => read(after, key))).toEqual(['3', '4', undefined]);
  });

  it('tells nobody of a former life, and everybody of a failure', () => {
    const { queue, disk } = simulation();
    const told: (string | undefined)[] = [];
    put(disk.createStorage(0), 'a', '1');
    disk.sync((error) => told.push(error?.message));
    disk.crash();
    queue.runUntil(100);
    expect(told).toEqual([]);
    const storage = disk.createStorage(0);
    put(storage, 'a', '2');
    disk.sync((error) => told.push(error?.message));
    disk.fail('no more');
    queue.runUntil(200);
    expect(told).toEqual(['no more']);
    expect(() => put(storage, 'b', '3')).toThrow('no more');
  });

  it('keeps how far the clock may go', () => {
    const { queue, disk } = simulation();
    disk.reserveClock(1000, () => {});
    queue.runUntil(4);
    expect(disk.clockCeilingMs).toBe(0);
    queue.runUntil(5);
    expect(disk.clockFloorMs).toBe(0);
    disk.crash();
    disk.begin(500);
    expect(disk.clockFloorMs).toBe(1000);
    expect(disk.clockCeilingMs).toBeGreaterThan(1000);
  });
});
