import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../sim/random-stream.js';
import { chaosKinds, drawSchedule } from './chaos-schedule.js';

const schedule = (seed: number, durationMs = 120_000) =>
  drawSchedule({ durationMs, kinds: chaosKinds, paceMs: 1500, random: new RandomStream(seed, 'schedule') });

describe('a chaos schedule', () => {
  it('is the same for a seed, and another for another', () => {
    expect(schedule(1)).toEqual(schedule(1));
    expect(schedule(1)).not.toEqual(schedule(2));
  });

  it('has every kind, in the order of time, at about its pace', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const faults = schedule(seed);
      expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(chaosKinds));
      const times = faults.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(120_000);
      expect(faults.length).toBeGreaterThan(60);
      expect(faults.length).toBeLessThan(110);
    }
  });

  it('draws of the kinds that it may, and no other', () => {
    const faults = drawSchedule({
      durationMs: 1e6,
      kinds: ['kill', 'pause'],
      paceMs: 1000,
      random: new RandomStream(3, 'schedule'),
    });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'pause']));
  });
});
