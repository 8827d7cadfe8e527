import { expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { junitXml, writeJunit } from './junit-file.js';

const results = {
  run: { id: 'abc', startedAt: '2026-01-01T00:00:00.000Z', measuredSeconds: 5.0012 },
  config: { driver: 'redis' },
  verdict: { kind: 'UNSTABLE', reasons: ['lost "node1" & more'] },
  thresholds: [
    { threshold: 'p99 < 5ms', passed: true, value: 1, measured: '1 ms' },
    { threshold: 'rate > 10', passed: false, value: 3, measured: '3 ops/s' },
  ],
} as unknown as Results;

test('makes a suite of a run, a case of each threshold, and escapes what XML must not hold', () => {
  expect(junitXml(results)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="2" time="5.001">
  <testsuite name="rkv redis" timestamp="2026-01-01T00:00:00.000Z" id="abc" tests="3" failures="2" time="5.001">
    <testcase classname="rkv" name="verdict is VALID">
      <failure message="UNSTABLE: lost &quot;node1&quot; &amp; more"/>
    </testcase>
    <testcase classname="rkv" name="p99 &lt; 5ms"/>
    <testcase classname="rkv" name="rate &gt; 10">
      <failure message="measured: 3 ops/s"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('says in a sentence that the file cannot be written', async () => {
  await expect(writeJunit('/nowhere/at/all.xml', results)).rejects.toThrow(
    /^--junit "\/nowhere\/at\/all\.xml" cannot be written/,
  );
});
