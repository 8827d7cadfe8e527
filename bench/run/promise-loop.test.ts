// In this thread and in real time; what is asserted holds however slow the machine is.
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../statistics/index.js';
import { errorCodes, expectSeamless, runPromises, sum } from '../testing/run-loops.js';
import type { LoadPlan } from './load-plan.js';
import { workerOptions } from './worker-options.js';

describe('the promise loop', () => {
  test('runs workers one operation at a time until the duration is over, in windows without gap or overlap', async () => {
    const inFlight = [0, 0, 0];
    const { end, windows } = await runPromises({}, (worker) => ({
      run: async (operation, drawKey, drawValue) => {
        expect(++inFlight[worker]!).toBe(1);
        expect(operation).toBe('put');
        expect(drawKey()).toBeGreaterThan(0);
        expect(drawValue()).toHaveLength(4);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight[worker]!--;
        return { kind: 'ok', units: 2 };
      },
    }));
    expect(end).toBe('completed');
    expectSeamless(windows);
    expect(windows.at(-1)!.toMs).toBeGreaterThanOrEqual(200);
    expect(sum(windows, 'units')).toBe(2 * sum(windows, 'ok'));
    const latencies = new LatencyHistogram();
    for (const window of windows) latencies.mergeEncoded(window.measured.operations[0]!.latencies);
    expect(latencies.count).toBe(sum(windows, 'ok'));
  });

  test('counts what a driver does wrong, each by its reason, and goes on', async () => {
    let calls = 0;
    const { windows } = await runPromises({}, () => ({
      run: () => {
        calls++;
        if (calls % 4 === 0) throw new Error('thrown');
        if (calls % 4 === 1) return Promise.reject(new Error('rejected'));
        if (calls % 4 === 2) return { kind: 'ok', units: Number.NaN };
        return { kind: 'failed', code: 'busy', definite: true };
      },
    }));
    const codes = errorCodes(windows);
    expect(Object.keys(codes).sort()).toEqual(['busy', 'crash', 'driver_bug']);
    expect(sum(windows, 'failed')).toBe(calls);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('counts an operation that never settles as timed out, and ends all the same', async () => {
    const { end, windows } = await runPromises({ timeoutMs: 60 }, () => ({
      run: () => new Promise(() => {}),
    }));
    expect(end).toBe('completed');
    expect(errorCodes(windows)).toEqual({ timeout: 3 });
  });

  test('ends when all workers have stopped', async () => {
    const { end, windows } = await runPromises({ durationMs: 60_000 }, () => {
      let left = 5;
      return { run: async () => (left-- > 0 ? { kind: 'ok' } : { kind: 'stop' }) };
    });
    expect(end).toBe('all-workers-stopped');
    expect(sum(windows, 'ok')).toBe(15);
  });

  test('records what the driver has timed itself, where it says so', async () => {
    const { windows } = await runPromises({}, () => ({
      run: async () => ({ kind: 'ok', elapsedUs: 7_000_000 }),
    }));
    const histogram = new LatencyHistogram();
    for (const { measured } of windows)
      for (const { latencies } of measured.operations) histogram.mergeEncoded(latencies);
    expect(histogram.count).toBeGreaterThan(0);
    expect(histogram.minUs).toBeGreaterThanOrEqual(7_000_000);
    expect(histogram.maxUs).toBeLessThan(7_001_000);
    const wrong = await runPromises({}, () => ({ run: async () => ({ kind: 'ok', elapsedUs: -1 }) }));
    expect(sum(wrong.windows, 'ok')).toBe(0);
    expect(sum(wrong.windows, 'failed')).toBeGreaterThan(0);
  });

  test('ends at the first failure when told to', async () => {
    const changes = { durationMs: 60_000, shutdownOnError: true };
    const failed = await runPromises(changes, () => ({ run: async () => ({ kind: 'failed', code: 'no' }) }));
    expect(failed.end).toBe('shutdown-on-error');
    const crashed = await runPromises(changes, () => ({
      run: async () => Promise.reject(new Error('boom')),
    }));
    expect(crashed.end).toBe('crashed');
  });

  test('draws the same operations, keys and values for the same seed', async () => {
    const drawn = async (): Promise<string[]> => {
      const seen: string[] = [];
      await runPromises(
        {
          workerIds: [2],
          durationMs: 60_000,
          operations: [
            { name: 'a', weight: 1 },
            { name: 'b', weight: 2 },
          ],
        },
        () => ({
          run: (operation, drawKey, drawValue) => {
            seen.push(`${operation} ${drawKey()} ${drawValue().toString('hex')}`);
            return seen.length < 200 ? { kind: 'ok' } : { kind: 'stop' };
          },
        }),
      );
      return seen;
    };
    const first = await drawn();
    expect(first).toHaveLength(200);
    expect(await drawn()).toEqual(first);
  });

  test('ends when the keys of all workers are used up; encoded keys are bytes', async () => {
    const keys: string[] = [];
    const plan: Partial<LoadPlan> = {
      durationMs: 60_000,
      operations: [{ name: 'load', operation: 'put', weight: 1 }],
      keyGenerator: ['to_binstr', 'k~2..0b', ['partitioned_sequential_int', 50]],
    };
    const { end } = await runPromises(plan, () => ({
      run: async (operation, drawKey) => {
        keys.push(`${operation} ${drawKey()}`);
        return { kind: 'ok' };
      },
    }));
    expect(end).toBe('all-workers-stopped');
    const expected = Array.from({ length: 50 }, (_, key) => `put k${String(key).padStart(2, '0')}`);
    expect(keys.sort()).toEqual(expected);
  });

  test('takes the steps of an operation one after the other on one key', async () => {
    const seen: string[] = [];
    const steps = [{ operation: 'get' }, { waitMs: 1 }, { operation: 'put' }];
    const { windows } = await runPromises(
      { workerIds: [1], operations: [{ name: 'visit', weight: 1, steps }], durationMs: 50 },
      () => ({
        run: async (operation, drawKey) => {
          seen.push(`${operation} ${drawKey()}`);
          return { kind: operation === 'get' ? 'missing' : 'ok' };
        },
      }),
    );
    expect(sum(windows, 'ok')).toBe(seen.length / 2);
    for (let i = 0; i < seen.length; i += 2) {
      expect(seen[i + 1]).toBe(seen[i]!.replace('get', 'put'));
    }
  });

  test('gives a worker its own puts back', async () => {
    await runPromises({}, (worker, workload) => {
      const { ownPuts } = workerOptions(
        { endpoints: [], connections: 'shared', timeoutMs: 1, concurrentWorkers: 3, settings: {} },
        workload,
        worker,
      );
      expect(ownPuts.pick()).toBeUndefined();
      ownPuts.add(1000 + worker);
      return {
        run: async () =>
          ownPuts.pick() === 1000 + worker ? { kind: 'ok' } : { kind: 'failed', code: 'foreign' },
      };
    }).then(({ windows }) => expect(sum(windows, 'failed')).toBe(0));
  });
});
