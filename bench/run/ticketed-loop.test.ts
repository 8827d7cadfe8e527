// In this thread and in real time; what is asserted holds however slow the machine is.
import { describe, expect, test } from 'vitest';
import { ticketMissing, ticketOk } from '../driver.js';
import { completeAll, errorCodes, expectSeamless, runTickets, sum } from '../testing/run-loops.js';
import type { LoadPlan } from './load-plan.js';

describe('the ticketed loop', () => {
  const mix = [
    { name: 'put', weight: 1 },
    { name: 'get', weight: 1 },
    { name: 'get_own_puts', weight: 1 },
  ];

  test('keeps one operation per worker in flight and ends when the last has come back', async () => {
    const { end, windows } = await runTickets({ operations: mix }, (context, tickets) => {
      expect(new Set(tickets).size).toBe(tickets.length);
      completeAll(context, tickets);
    });
    expect(end).toBe('completed');
    expectSeamless(windows);
    for (const operation of [0, 1, 2]) expect(sum(windows, 'ok', operation)).toBeGreaterThan(0);
  });

  test('hands keys over as the digits of the integer that was drawn', async () => {
    await runTickets({}, (context, tickets) => {
      const { keys, values, keyIntegers } = context;
      for (const ticket of tickets) {
        const key = keys.buffers[ticket]!.toString('latin1', keys.start[ticket], keys.end[ticket]);
        expect(key).toBe(String(keyIntegers[ticket]));
        expect(values.end[ticket]! - values.start[ticket]!).toBe(4);
      }
      completeAll(context, tickets);
    });
  });

  test('reads as own puts only what the same worker has put successfully', async () => {
    const put = [new Set<number>(), new Set<number>(), new Set<number>()];
    let flip = false;
    const keyGenerator = ['uniform_int', 1_000_000] as const;
    const plan = { operations: mix, keyGenerator, operationsMax: 3000, durationMs: 60_000 };
    const { windows } = await runTickets(plan, (context, tickets) => {
      context.arrived();
      for (const ticket of tickets) {
        const key = context.keyIntegers[ticket]!;
        flip = !flip;
        const failed = context.failure('no', true, 'no');
        if (put[ticket]!.has(key)) context.complete(ticket, ticketOk);
        else if (flip) context.complete(ticket, failed);
        else {
          put[ticket]!.add(key);
          context.complete(ticket, ticketOk);
        }
      }
      context.settled();
    });
    expect(errorCodes(windows).own_put_missing).toBeUndefined();
    expect(sum(windows, 'ok', 2)).toBeGreaterThan(0);
    expect(sum(windows, 'failed', 2)).toBe(0);
  });

  test('counts a missing value as success of a get and as failure of reading an own put', async () => {
    const { windows } = await runTickets({ operations: mix }, (context, tickets) => {
      context.arrived();
      for (const ticket of tickets) {
        // A key that is put is always a put here or an own put: answer puts with ok, the rest with missing.
        context.complete(ticket, ticketMissing);
      }
      context.settled();
    });
    expect(sum(windows, 'missing', 1)).toBe(sum(windows, 'ok', 1));
    expect(sum(windows, 'ok', 2) + sum(windows, 'failed', 2)).toBe(0);
  });

  test('ends when the keys of all workers are used up, each drawn once', async () => {
    const keys: string[] = [];
    const plan: Partial<LoadPlan> = {
      durationMs: 60_000,
      keyGenerator: ['int_to_bin_bigendian', ['partitioned_sequential_int', 100]],
    };
    const { end, windows } = await runTickets(plan, (context, tickets) => {
      for (const ticket of tickets) {
        const { buffers, start, end } = context.keys;
        keys.push(buffers[ticket]!.toString('hex', start[ticket], end[ticket]));
      }
      completeAll(context, tickets);
    });
    expect(end).toBe('all-workers-stopped');
    expect(sum(windows, 'ok')).toBe(100);
    expect(keys.sort()).toEqual(Array.from({ length: 100 }, (_, key) => key.toString(16).padStart(8, '0')));
  });

  test('takes the steps of an operation one after the other on one key, and counts it once', async () => {
    const seen = new Map<number, string[]>();
    const plan: Partial<LoadPlan> = {
      operations: [
        { name: 'visit', weight: 1, steps: [{ operation: 'get' }, { waitMs: 5 }, { operation: 'put' }] },
      ],
    };
    const { windows } = await runTickets(plan, (context, tickets) => {
      for (const ticket of tickets) {
        const { buffers, start, end } = context.keys;
        const key = buffers[ticket]!.toString('latin1', start[ticket], end[ticket]);
        seen.set(ticket, [...(seen.get(ticket) ?? []), key]);
      }
      completeAll(context, tickets);
    });
    const steps = [...seen.values()];
    expect(steps).toHaveLength(3);
    for (const keys of steps) {
      expect(keys.length % 2).toBe(0);
      for (let i = 0; i < keys.length; i += 2) expect(keys[i]).toBe(keys[i + 1]);
    }
    expect(sum(windows, 'ok')).toBe(steps.flat().length / 2);
  });

  test('ends an operation at the first step that fails', async () => {
    const plan: Partial<LoadPlan> = {
      operations: [{ name: 'visit', weight: 1, steps: [{ operation: 'get' }, { operation: 'put' }] }],
    };
    let asked = 0;
    const { windows } = await runTickets(plan, (context, tickets) => {
      asked += tickets.length;
      completeAll(context, tickets, context.failure('no', true, 'no'));
    });
    expect(sum(windows, 'failed')).toBe(asked);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('gives up on what takes too long, whatever the session reports', async () => {
    const { windows } = await runTickets(
      { timeoutMs: 60 },
      () => {},
      (context, ticket) => completeAll(context, [ticket]),
    );
    expect(errorCodes(windows).timeout).toBeGreaterThanOrEqual(3);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('writes empty windows while nothing answers', async () => {
    const { windows } = await runTickets(
      { timeoutMs: 150, durationMs: 120, reportIntervalMs: 40 },
      () => {},
      (context, ticket) => completeAll(context, [ticket]),
    );
    expectSeamless(windows);
    expect(windows.length).toBeGreaterThanOrEqual(2);
    expect(windows[0]!.measured.operations[0]!.ok).toBe(0);
  });
});
