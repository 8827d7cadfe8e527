import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.js';
import { Scheduler } from './scheduler.js';

describe('a scheduler', () => {
  it('runs events in the order of their times, and those of one time as they were added', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (delays) => {
        const scheduler = new Scheduler();
        const ran: [number, number][] = [];
        delays.forEach((ms, i) => {
          scheduler.after(ms, 0, () => ran.push([scheduler.nowMs, i]));
        });
        scheduler.runUntil(100);
        const expected = delays.map((ms, i) => [ms, i]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
        expect(ran).toEqual(expected);
        expect(scheduler.length).toBe(0);
      }),
    );
  });

  it('runs what events add, and nothing beyond the end', () => {
    const scheduler = new Scheduler();
    const ran: number[] = [];
    const again = () => {
      ran.push(scheduler.nowMs);
      scheduler.after(10, 0, again);
    };
    scheduler.after(5, 0, again);
    scheduler.runUntil(30);
    expect(ran).toEqual([5, 15, 25]);
    expect(scheduler.nowMs).toBe(30);
  });
});

describe('a stream of chance', () => {
  it('repeats itself, and differs by seed and by name', () => {
    const draw = (seed: number, name: string) =>
      Array.from(
        { length: 4 },
        (
          (stream) => () =>
            stream.word()
        )(new RandomStream(seed, name)),
      );
    expect(draw(1, 'disk')).toEqual(draw(1, 'disk'));
    expect(draw(1, 'disk')).not.toEqual(draw(2, 'disk'));
    expect(draw(1, 'disk')).not.toEqual(draw(1, 'network'));
    expect(draw(1, 'disk')).not.toEqual(draw(1 + 2 ** 32, 'disk'));
  });

  it('forks into streams that do not care what the others draw', () => {
    const [a, b] = [new RandomStream(1, 'a'), new RandomStream(1, 'a')];
    for (let i = 0; i < 10; i++) a.word();
    expect(a.fork('x').word()).toBe(b.fork('x').word());
  });

  it('spreads evenly', () => {
    const stream = new RandomStream(7, 'spread');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) counts[stream.below(10)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});
