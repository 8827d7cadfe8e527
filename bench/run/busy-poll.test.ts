import { describe, expect, test } from 'vitest';
import { BusyPoll } from './busy-poll.js';

/** A poll on a clock that moves ten microseconds a turn; `arriveAfterUs` says when the reply to a send comes. */
function simulate(sends: number, arriveAfterUs: number, inFlight = 1): { turns: number; turnedUs: number } {
  let nowUs = 0;
  let turns = 0;
  let next: (() => void) | undefined;
  const poll = new BusyPoll({
    nowUs: () => nowUs,
    onNextTurn: (callback) => {
      next = callback;
    },
  });
  for (let send = 0; send < sends; send++) {
    const sentUs = nowUs;
    poll.sent(nowUs, inFlight);
    while (nowUs < sentUs + arriveAfterUs) {
      nowUs += 10;
      const callback = next;
      next = undefined;
      if (callback !== undefined) {
        turns++;
        callback();
      }
    }
    poll.arrived(nowUs);
  }
  return { turns, turnedUs: poll.turnedUs };
}

describe('BusyPoll', () => {
  test('turns until the reply is there, at every send, while replies are quick', () => {
    const { turns, turnedUs } = simulate(1000, 40);
    expect(turns).toBeGreaterThanOrEqual(3000);
    expect(turnedUs).toBeCloseTo(40_000, -4);
  });

  test('gives up on a slow store, so that it costs next to nothing', () => {
    const { turns } = simulate(10_000, 1000);
    expect(turns).toBeLessThan(4000);
    expect(turns).toBeGreaterThan(10);
  });

  test('does nothing while many operations are in flight', () => {
    expect(simulate(100, 40, 50)).toEqual({ turns: 0, turnedUs: 0 });
  });
});
