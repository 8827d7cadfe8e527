import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from './hybrid-clock.js';
import { compareVersions, formatVersion, versionBytes, versionMs } from './version.js';

describe('hybrid clock', () => {
  it('issues the time of the wall clock, the node and its incarnation', () => {
    const { clock } = clockAt(1_764_000_000_000.9);
    expect(formatVersion(next(clock), 0)).toBe('1764000000000.0@ffffffff#3');
    expect(formatVersion(next(clock), 0)).toBe('1764000000000.1@ffffffff#3');
  });

  it('goes up whatever the wall clock does, and whatever it observes', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('wall' as const), value: fc.integer({ min: -5000, max: 5000 }) }),
      fc.record({ kind: fc.constant('observe' as const), value: fc.integer({ min: -1000, max: 1000 }) }),
      fc.record({ kind: fc.constant('next' as const), value: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { clock, wall } = clockAt(1_000_000);
        let highest = next(clock);
        for (const { kind, value } of steps) {
          if (kind === 'wall') wall.ms += value;
          else if (kind === 'observe') {
            const seen = next(clockAt(wall.ms + value).clock);
            if (clock.observe(seen, 0) && compareVersions(seen, 0, highest, 0) > 0) highest = seen;
          } else {
            const issued = next(clock);
            expect(compareVersions(issued, 0, highest, 0)).toBeGreaterThan(0);
            highest = issued;
          }
        }
      }),
    );
  });

  it('goes up when the counter of a millisecond is full and the wall clock stands still', () => {
    const { clock } = clockAt(1000);
    let previous = next(clock);
    for (let i = 0; i < 70_000; i++) {
      const issued = next(clock);
      if (compareVersions(issued, 0, previous, 0) <= 0) expect.fail(`not above at ${i}`);
      previous = issued;
    }
    expect(formatVersion(previous, 0)).toBe('1001.4464@ffffffff#3');
  });

  it('goes on above a version that it observed', () => {
    const { clock } = clockAt(1000);
    const seen = Buffer.alloc(versionBytes, 255);
    seen.writeUIntBE(1400, 0, 6);
    expect(clock.observe(seen, 0)).toBe(true);
    expect(formatVersion(next(clock), 0)).toBe('1401.0@ffffffff#3');
  });

  it('goes on above a version of its own millisecond', () => {
    const { clock } = clockAt(1000);
    next(clock);
    const seen = Buffer.from('0000000003e8000900000001'.padEnd(32, '0'), 'hex');
    expect(clock.observe(seen, 0)).toBe(true);
    expect(formatVersion(next(clock), 0)).toBe('1000.10@ffffffff#3');
    expect(clock.observe(seen, 0)).toBe(true);
    expect(formatVersion(next(clock), 0)).toBe('1000.11@ffffffff#3');
  });

  it('refuses a version from too far ahead, and does not follow it', () => {
    const { clock, wall } = clockAt(1000);
    const seen = next(clockAt(1501).clock);
    expect(clock.observe(seen, 0)).toBe(false);
    expect(versionMs(next(clock), 0)).toBe(1000);
    wall.ms = 1001;
    expect(clock.observe(seen, 0)).toBe(true);
  });

  it('begins above the floor that a node stored before it ended', () => {
    const clock = new HybridClock({ nowMs: () => 1000, nodeId: 1, incarnation: 2, floorMs: 5000 });
    expect(versionMs(next(clock), 0)).toBe(5001);
    expect(clock.latestMs).toBe(5001);
  });

  it('asserts that ids have 32 bits', () => {
    const create = (nodeId: number) => () => new HybridClock({ nowMs: () => 0, nodeId, incarnation: 0 });
    for (const nodeId of [-1, 2 ** 32, 1.5]) expect(create(nodeId)).toThrow('32 bits');
  });
});

function clockAt(ms: number) {
  const wall = { ms };
  const clock = new HybridClock({ nowMs: () => wall.ms, nodeId: 0xffffffff, incarnation: 3 });
  return { clock, wall };
}

function next(clock: HybridClock): Buffer {
  const buffer = Buffer.alloc(versionBytes);
  clock.next(buffer, 0);
  return buffer;
}
