import { describe, expect, it } from 'vitest';
import { describeRun, formatDuration } from './describe-run.js';
import { sampleResults } from './testing/sample-run.js';

describe('describeRun', () => {
  it('says that a run ended early, and how', () => {
    const results = sampleResults();
    results.run = { ...results.run, end: 'shutdown-on-error', measuredSeconds: 4.25 };
    expect(describeRun(results)?.line).toContain('4.3 s of 12 s, shutdown on error');
  });

  it('says how operations were started, for latencies mean something else in each', () => {
    const results = sampleResults();
    expect(describeRun(results)?.line).toContain('closed loop');
    results.config.mode = 'rate';
    expect(describeRun(results)?.line).toContain('open loop');
  });

  it('warns of every verdict but VALID', () => {
    expect(describeRun(sampleResults())?.warning).toBeNull();
    const invalid = sampleResults({ verdict: { kind: 'INVALID', reasons: ['one', 'two'] } });
    expect(describeRun(invalid)?.warning).toEqual({ verdict: 'INVALID', reasons: 'one; two' });
  });

  it('has nothing to say of a run without results.json', () => {
    expect(describeRun(null)).toBeNull();
  });
});

describe('formatDuration', () => {
  it('takes the unit in which people think of the length', () => {
    expect([0, 2.25, 60, 179, 180, 3_600, 43_200].map(formatDuration)).toEqual([
      '0 s',
      '2.3 s',
      '60 s',
      '179 s',
      '3 min',
      '60 min',
      '12 h',
    ]);
  });
});
