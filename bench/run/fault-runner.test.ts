import { describe, expect, test } from 'vitest';
import type { PlannedFault } from '../faults/index.js';
import { FaultRunner, type Undo } from './fault-runner.js';

type Perform = (fault: PlannedFault) => Promise<Undo | undefined>;

function fault(atMs: number, more: Partial<PlannedFault>): PlannedFault {
  return { atMs, label: `${more.kind} at ${atMs}`, nodes: [], durationMs: null, ...more } as PlannedFault;
}

/** Begins at once; gives the runner and what was done so far. */
function begin(faults: PlannedFault[], perform: Perform) {
  const notes: string[] = [];
  const runner = new FaultRunner({ faults, actions: { perform }, note: (line) => notes.push(line) });
  runner.begin(performance.now());
  return { runner, notes };
}

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the runner of faults', () => {
  test('does each at its time and undoes it after its duration', async () => {
    const done: string[] = [];
    const { runner } = begin(
      [fault(1, { kind: 'pause', durationMs: 5 }), fault(2, { kind: 'restart' })],
      async ({ kind }) => {
        done.push(kind);
        return kind === 'pause' ? async () => void done.push('undone') : undefined;
      },
    );
    await until(() => done.includes('undone') && done.includes('restart'));
    const outcomes = await runner.end();
    expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done']);
    for (const {
      fromMs,
      toMs,
      fault: { atMs },
    } of outcomes) {
      expect(fromMs).toBeGreaterThanOrEqual(atMs - 2);
      expect(toMs).toBeGreaterThanOrEqual(fromMs);
    }
  });

  test('undoes at the end what is still there, and begins nothing more', async () => {
    const done: string[] = [];
    const { runner } = begin(
      [fault(1, { kind: 'pause', durationMs: 3_600_000 }), fault(3_600_000, { kind: 'restart' })],
      async ({ kind }) => {
        done.push(kind);
        return async () => void done.push('undone');
      },
    );
    await until(() => done.length === 1);
    const outcomes = await runner.end();
    expect(done).toEqual(['pause', 'undone']);
    expect(outcomes.map(({ state }) => state)).toEqual(['cut-short', 'not-begun']);
    expect(await runner.end()).toBe(outcomes);
  });

  test('tells of a fault that failed, and goes on with the others', async () => {
    const { runner, notes } = begin(
      [fault(1, { kind: 'kill' }), fault(2, { kind: 'restart' })],
      async ({ kind }) => {
        if (kind === 'kill') throw new Error('no such process');
        return undefined;
      },
    );
    await until(() => notes.length === 3);
    const [first, second] = await runner.end();
    expect(first).toMatchObject({ state: 'failed', message: 'no such process' });
    expect(second).toMatchObject({ state: 'done' });
    expect(notes).toContain('The fault "kill at 1" failed: no such process');
  });

  test('lets joins and leaves wait for one another, and nothing else', async () => {
    const order: string[] = [];
    let joined: () => void = () => {};
    const { runner } = begin(
      [fault(1, { kind: 'join' }), fault(2, { kind: 'leave' }), fault(3, { kind: 'restart' })],
      async ({ kind }) => {
        order.push(kind);
        if (kind === 'join')
          await new Promise<void>((resolve) => {
            joined = resolve;
          });
        return undefined;
      },
    );
    await until(() => order.includes('restart'));
    expect(order).toEqual(['join', 'restart']);
    joined();
    await until(() => order.includes('leave'));
    expect((await runner.end()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  test('a kill that nobody takes back lasts to the end', async () => {
    const done: string[] = [];
    const { runner } = begin([fault(1, { kind: 'kill' })], async ({ kind }) => {
      done.push(kind);
      return undefined;
    });
    await until(() => done.length === 1);
    expect(await runner.end()).toMatchObject([{ state: 'done', toMs: null }]);
  });
});
