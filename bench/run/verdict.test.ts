import { describe, expect, test } from 'vitest';
import type { LatencyStatistics, Verification } from '../../results/schema.js';
import { type VerdictInput, verdictOf } from './verdict.js';

function latencies(p99: number, mean = 1): LatencyStatistics {
  return { count: 1000, min: 0.1, mean, p50: 1, p95: 2, p99, p999: p99, p9999: p99, max: p99 };
}

const good: VerdictInput = {
  ok: 1000,
  failed: 0,
  end: 'completed',
  plannedSeconds: 10,
  measuredSeconds: 10,
  busyShare: 0.5,
  serversLost: [],
  workers: 10,
  responseTimeMs: latencies(5),
  serviceTimeMs: latencies(5),
  scheduleLagMs: null,
  schedule: null,
  loopDelayP99Ms: 1,
  steadyState: { test: 'a test', windows: 20, throughput: null, medianResponseTime: null, notTested: null },
  verification: undefined,
};
const schedule = {
  offered: 1000,
  dropped: 0,
  backlog: 0,
  offeredPerSecond: 100,
  achievedPerSecond: 100,
  limitedShare: 0,
};
const verification: Verification = {
  keys: 10,
  reads: 100,
  writes: 100,
  unseenReads: 0,
  sampledOneIn: 1,
  undecidedKeys: 0,
  audit: { keys: 10, unread: 0, skipped: null },
  violations: { 'lost-write': 0 },
  expected: ['no-lost-writes'],
  broken: [],
  staleness: { staleReads: 0, share: 0, ageMs: null, versionsBehind: null },
};
const trend = { pValue: 0.0001, relativeChange: -0.3, isTrend: true };

describe('the verdict', () => {
  test('of a run without a flaw is VALID, without reasons', () => {
    expect(verdictOf(good)).toEqual({ kind: 'VALID', reasons: [] });
    expect(verdictOf({ ...good, schedule, scheduleLagMs: latencies(0.9), verification }).kind).toBe('VALID');
  });

  test.each<[string, Partial<VerdictInput>, string, RegExp]>([
    ['nothing succeeded', { ok: 0 }, 'INVALID', /no operation succeeded/],
    ['more failed', { failed: 1001 }, 'INVALID', /more operations failed \(1001\) than succeeded \(1000\)/],
    ['it was interrupted', { end: 'interrupted', measuredSeconds: 3 }, 'INVALID', /after 3\.0 s of 10\.0 s/],
    [
      'the store broke a promise',
      { verification: { ...verification, violations: { 'lost-write': 3 }, broken: ['no-lost-writes'] } },
      'INVALID',
      /broke what it was expected to keep \(no-lost-writes\): lost-write 3/,
    ],
    [
      'nobody saw what was read',
      { verification: { ...verification, reads: 1, unseenReads: 99 } },
      'INVALID',
      /99 reads were not verified/,
    ],
    ['a server was lost', { serversLost: ['node2'] }, 'UNSTABLE', /lost in the middle of the run: node2/],
    ['the thread was busy', { busyShare: 0.91 }, 'GENERATOR-BOUND', /worked 91 % of the time/],
    ['the event loop was late', { loopDelayP99Ms: 11 }, 'GENERATOR-BOUND', /up to 11\.0 ms late/],
    [
      'starts were late',
      { schedule, scheduleLagMs: latencies(1.5) },
      'GENERATOR-BOUND',
      /started operations up to 1\.50 ms late/,
    ],
    [
      'operations were dropped',
      { schedule: { ...schedule, dropped: 2 } },
      'GENERATOR-BOUND',
      /2 of 1000 operations \(0\.2 %\) never started: all 10 workers were busy/,
    ],
    [
      'less was achieved than offered',
      { schedule: { ...schedule, achievedPerSecond: 97, backlog: 30 } },
      'GENERATOR-BOUND',
      /100\/s were offered and 97/,
    ],
    [
      'all workers were busy most of the time',
      { schedule: { ...schedule, limitedShare: 0.51 } },
      'GENERATOR-BOUND',
      /waited for a worker 51 % of the time/,
    ],
    [
      'throughput fell',
      { steadyState: { ...good.steadyState, throughput: trend } },
      'UNSTABLE',
      /no steady state: throughput fell by 30 % over the run/,
    ],
  ])('says so when %s', (_what, change, kind, reason) => {
    const verdict = verdictOf({ ...good, ...change });
    expect(verdict.kind).toBe(kind);
    expect(verdict.reasons.join('\n')).toMatch(reason);
  });

  test.each<[string, Partial<VerdictInput>]>([
    ['as much failed as succeeded', { failed: 1000 }],
    ['the thread worked nine tenths of its time', { busyShare: 0.9 }],
    [
      'lag is a tenth of the response time',
      { schedule, scheduleLagMs: latencies(2), responseTimeMs: latencies(20) },
    ],
    ['the loop was late by no more than replies took', { loopDelayP99Ms: 40, serviceTimeMs: latencies(40) }],
    ['one in a thousand was dropped', { schedule: { ...schedule, dropped: 1 } }],
    ['98 % was achieved', { schedule: { ...schedule, achievedPerSecond: 98 } }],
    [
      'a trend was not meant',
      { steadyState: { ...good.steadyState, throughput: { ...trend, isTrend: false } } },
    ],
  ])('lets pass that %s', (_what, change) => {
    expect(verdictOf({ ...good, ...change }).kind).toBe('VALID');
  });

  test('keeps to the weightiest kind, and gives all of its reasons', () => {
    const both = { ...good, busyShare: 1, steadyState: { ...good.steadyState, throughput: trend } };
    expect(verdictOf(both)).toMatchObject({ kind: 'GENERATOR-BOUND' });
    expect(verdictOf(both).reasons).toHaveLength(2);
    expect(verdictOf({ ...both, serversLost: ['node1'] }).kind).toBe('UNSTABLE');
    expect(verdictOf({ ...both, ok: 0 }).reasons).toEqual(['no operation succeeded']);
  });
});
