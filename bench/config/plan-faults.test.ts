import { describe, expect, test } from 'vitest';
import { redisDriver } from '../../drivers/redis.js';
import { rkvDriver } from '../../drivers/rkv.js';
import type { Driver } from '../driver.js';
import { resolveBenchPlan } from './bench-plan.js';
import { ConfigurationError } from './configuration-error.js';
import { parseFaultText } from './fault-text.js';
import type { BenchConfigInput } from './schema.js';

type Faults = NonNullable<BenchConfigInput['faults']>;

function plan(faults: Faults, more: BenchConfigInput = {}, driver: Driver = rkvDriver) {
  return resolveBenchPlan(driver, { duration: '60s', faults, ...more });
}

/** `path: message` of all that is wrong. */
function problems(faults: unknown[], more: BenchConfigInput = {}, driver: Driver = rkvDriver): string[] {
  try {
    plan(faults as Faults, more, driver);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('faults of a configuration', () => {
  test('are planned in the order of their times, with nodes from 0 and a label for charts', () => {
    const { faults } = plan([
      { at: '20s', kind: 'kill', target: 'node3' },
      { at: '10s', kind: 'pause', target: [1, 'node2@127.0.0.1'], duration: '2s' },
      { at: '30s', command: ['redis-cli', 'ping'], undo: ['true'], duration: '5s' },
      { at: '40s', kind: 'join' },
      { at: '50s', kind: 'leave', target: 'node4', label: 'back to three' },
    ]);
    expect(faults.map(({ atMs, label, nodes }) => [atMs, label, nodes])).toEqual([
      [10_000, 'pause node1,node2 2s', [0, 1]],
      [20_000, 'kill node3', [2]],
      [30_000, 'redis-cli ping 5s', []],
      [40_000, 'join', []],
      [50_000, 'back to three', [3]],
    ]);
  });

  test('name every mistake at once, with place, what is right, and the name that was meant', () => {
    const found = problems([
      { at: '5s', kind: 'puase', target: 'node1', duration: '1s' },
      { at: '5s', kind: 'pause', target: 'nod1' },
      { at: '2m', kind: 'kill', target: 1 },
      { at: '59s', kind: 'pause', target: 1, duration: '2s' },
      { at: '5s' },
      { at: '5s', kind: 'join', target: 1 },
      { at: '5s', kind: 'restart', tagret: 1 },
    ]);
    expect(found).toEqual([
      expect.stringMatching(/^faults\.0\.kind: .*did you mean "pause"/),
      expect.stringMatching(/^faults\.6\.tagret: unknown key "tagret"; did you mean "target"/),
    ]);
    const meaning = problems([
      { at: '5s', kind: 'pause', target: 'nod1' },
      { at: '2m', kind: 'kill', target: 1 },
      { at: '59s', kind: 'pause', target: 1, duration: '2s' },
      { at: '5s' },
      { at: '5s', kind: 'join', target: 1 },
      { at: '5s', kind: 'command' },
    ]);
    expect(meaning).toEqual([
      'faults.0.duration: a pause needs a duration; for example 2s',
      expect.stringMatching(/^faults\.0\.target: "nod1" is no node; did you mean "node1"\?/),
      expect.stringMatching(/^faults\.1\.at: begins at 2m, when the run is over/),
      expect.stringMatching(/^faults\.2\.duration: ends at 1m 1s, after the end of the run at 1m/),
      expect.stringMatching(/^faults\.3\.kind: says nothing of what is to be done/),
      'faults.4.target: a join takes no target; it takes nothing but at and label',
      expect.stringMatching(/^faults\.5\.command: a command needs a command/),
    ]);
  });

  test.each([
    [
      'a node that is dead',
      [
        { at: '10s', kind: 'kill', target: 2 },
        { at: '20s', kind: 'pause', target: 2, duration: '1s' },
      ],
      /^faults\.1\.target: node2 has been killed by then \(faults\.0\)/,
    ],
    [
      'a node that is busy',
      [
        { at: '10s', kind: 'pause', target: 2, duration: '10s' },
        { at: '15s', kind: 'kill', target: 2 },
      ],
      /^faults\.1\.at: node2 is busy with faults\.0 until 20s/,
    ],
    [
      'a node that has left',
      [
        { at: '10s', kind: 'leave', target: 1 },
        { at: '15s', kind: 'restart', target: 1 },
      ],
      /^faults\.1\.target: node1 has left by then/,
    ],
    [
      'a node that there is not yet',
      [
        { at: '10s', kind: 'kill', target: 4 },
        { at: '15s', kind: 'join' },
      ],
      /^faults\.0\.target: there is no node4 at that time; there are node1 to node3/,
    ],
    [
      'a joined node, which would forget its cluster',
      [
        { at: '10s', kind: 'join' },
        { at: '15s', kind: 'restart', target: 4 },
      ],
      /^faults\.1\.target: node4 has joined and keeps its data in memory/,
    ],
    [
      'all nodes to part from nobody',
      [{ at: '10s', kind: 'partition', target: [1, 2, 3], duration: '1s' }],
      /^faults\.0\.target: these are all nodes/,
    ],
  ])('refuse %s', (_what, faults, message) => {
    expect(problems(faults)).toEqual([expect.stringMatching(message)]);
  });

  test('may restart what was killed, and a joined node that has its data on disk', () => {
    const faults: Faults = [
      { at: '10s', kind: 'kill', target: 2 },
      { at: '15s', kind: 'restart', target: 2 },
      { at: '20s', kind: 'join' },
      { at: '30s', kind: 'kill', target: 4, duration: '2s' },
    ];
    expect(problems(faults, { cluster: { dataDir: 'data' } })).toEqual([]);
  });

  test('are for the bundled cluster, but for commands', () => {
    const faults = [
      { at: '10s', kind: 'kill', target: 1 },
      { at: '10s', command: ['true'] },
    ];
    expect(problems(faults, {}, redisDriver)).toEqual([
      expect.stringMatching(
        /^faults\.0\.kind: a kill is done to the cluster that rkv starts itself, but the driver is "redis"/,
      ),
    ]);
    expect(problems(faults, { endpoints: ['127.0.0.1:1'] })).toEqual([
      expect.stringContaining('but an endpoint was given'),
    ]);
  });

  test('want a disk where durability is asked for', () => {
    expect(problems([], { cluster: { durability: 'os' } })).toEqual([
      expect.stringMatching(/^durability: .*name a dataDir/),
    ]);
  });
});

describe('--fault', () => {
  test.each([
    ['10s pause node2 2s', { at: '10s', kind: 'pause', target: 'node2', duration: '2s' }],
    ['  5s   kill   1 ', { at: '5s', kind: 'kill', target: '1' }],
    ['1m join', { at: '1m', kind: 'join' }],
    [
      '5s command redis-cli -p 1 shutdown',
      { at: '5s', kind: 'command', command: ['redis-cli', '-p', '1', 'shutdown'] },
    ],
  ])('takes "%s"', (text, fault) => {
    expect(parseFaultText(text)).toEqual(fault);
  });

  test.each([
    ['10s', /is no fault; write AT KIND TARGET/],
    ['10s kil node1', /there is no fault "kil"; did you mean "kill"\?/],
    ['10s kill node1 2s now', /"now" is too much/],
    ['10s join node4', /a join has no target/],
  ])('says what is wrong with "%s"', (text, message) => {
    expect(parseFaultText(text)).toMatch(message);
  });
});
