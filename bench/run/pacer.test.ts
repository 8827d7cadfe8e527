import { describe, expect, test } from 'vitest';
import { Pacer } from './pacer.js';

/** A pacer on a clock and timers of the test's own; reading the clock takes a microsecond. */
function paced({ spins = true } = {}) {
  const state = { nowUs: 0, turns: [] as (() => void)[], timers: [] as { ms: number; fire: () => void }[] };
  const due: number[] = [];
  const pacer = new Pacer({
    nowUs: () => ++state.nowUs,
    onNextTurn: (callback) => void state.turns.push(callback),
    onTimer: (ms, fire) => {
      const timer = { ms, fire };
      state.timers.push(timer);
      return () => void state.timers.splice(state.timers.indexOf(timer), 1);
    },
    spins,
    onDue: () => void due.push(state.nowUs),
  });
  const turn = (): void => state.turns.shift()!();
  const fire = (atUs: number): void => {
    state.nowUs = atUs;
    state.timers.shift()!.fire();
  };
  return { pacer, state, due, turn, fire };
}

describe('the pacer', () => {
  test('sleeps until shortly before the moment, and turns through the rest', () => {
    const { pacer, state, due, turn, fire } = paced();
    pacer.arm(10_000);
    expect(state.timers.map(({ ms }) => ms)).toEqual([8]);
    expect(state.turns).toHaveLength(0);
    fire(8_400);
    while (due.length === 0) turn();
    expect(due[0]).toBeGreaterThanOrEqual(10_000);
    expect(due[0]).toBeLessThan(10_020);
    expect(state.turns).toHaveLength(0);
    expect(pacer.waitedUs).toBeGreaterThan(1_400);
  });

  test('never spins where it may not: a timer that is no earlier than the moment', () => {
    const { pacer, state, due, fire } = paced({ spins: false });
    pacer.arm(2_300);
    expect(state.timers.map(({ ms }) => ms)).toEqual([3]);
    fire(3_001);
    expect(due).toHaveLength(1);
    expect(pacer.waitedUs).toBe(0);
  });

  test('waits again when a timer fires too early', () => {
    const { pacer, state, due, fire } = paced({ spins: false });
    pacer.arm(5_000);
    fire(3_900);
    expect(due).toHaveLength(0);
    expect(state.timers).toHaveLength(1);
    fire(5_000);
    expect(due).toHaveLength(1);
  });

  test('keeps one timer for one moment, and moves it to another', () => {
    const { pacer, state } = paced();
    pacer.arm(50_000);
    pacer.arm(50_000);
    expect(state.timers).toHaveLength(1);
    pacer.arm(20_000);
    expect(state.timers.map(({ ms }) => ms)).toEqual([18]);
    pacer.arm(Number.POSITIVE_INFINITY);
    expect(state.timers).toHaveLength(0);
  });

  test('does not count as waited what it was interrupted in', () => {
    const { pacer, due, turn } = paced();
    pacer.arm(500);
    while (due.length === 0) {
      pacer.interrupted();
      turn();
    }
    expect(pacer.waitedUs).toBe(0);
  });
});
