import { describe, expect, test } from 'vitest';
import { memoryDriver } from '../../drivers/memory.js';
import { redisDriver } from '../../drivers/redis.js';
import { resolveBenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Driver } from '../driver.js';
import { namedWorkloads, workloadConfig } from './named-workload.js';

const scanning: Driver = {
  name: 'scanning',
  operations: ['get', 'put', 'scan'],
  open: () => ({ run: () => ({ kind: 'ok' }) }),
};

describe('YCSB', () => {
  test.each(namedWorkloads.map(({ name }) => name))(
    '%s is a plan, with as many records as asked for',
    (name) => {
      const plan = resolveBenchPlan(scanning, workloadConfig(`${name}:500`));
      expect(plan.preload?.keyGenerator).toEqual(['ycsb_key', ['partitioned_sequential_int', 500]]);
      expect(plan.operations.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
      expect(plan.valueGenerator).toEqual(['fixed_bin', 1000]);
    },
  );

  test('has the published shares', () => {
    const shares = Object.fromEntries(
      namedWorkloads.map(({ name, config }) => [
        name,
        resolveBenchPlan(scanning, config(10)).operations.map(
          ({ name: label, weight }) => `${label} ${weight}`,
        ),
      ]),
    );
    expect(shares).toEqual({
      'ycsb-a': ['read 50', 'update 50'],
      'ycsb-b': ['read 95', 'update 5'],
      'ycsb-c': ['read 100'],
      'ycsb-d': ['read 95', 'insert 5'],
      'ycsb-e': ['scan 95', 'insert 5'],
      'ycsb-f': ['read 50', 'read_modify_write 50'],
    });
  });

  test('e is refused where there is no scan, and every one where nothing can be loaded', () => {
    expect(() => resolveBenchPlan(redisDriver, workloadConfig('ycsb-e'))).toThrow(
      /driver "redis" has no operation "scan"/,
    );
    expect(() => resolveBenchPlan(memoryDriver, workloadConfig('ycsb-a'))).toThrow(/forgets what was put/);
  });

  test('f reads and then writes where the driver has no word for both', () => {
    const [, both] = resolveBenchPlan(redisDriver, workloadConfig('ycsb-f')).operations;
    expect(both?.steps).toEqual([{ operation: 'get' }, { operation: 'put' }]);
  });

  test.each(['ycsb-g', 'ycsb-a:0', 'ycsb-a:many', 'ycsb-a:1:2'])('%s is refused', (name) => {
    expect(() => workloadConfig(name)).toThrow(ConfigurationError);
  });
});

describe('steps', () => {
  test.each([
    [['get', { wait: '10ms' }], /a wait is followed by a step/],
    [['get', 'get_own_puts'], /cannot be a step/],
    [['get', 'nope'], /has no operation "nope"/],
    [['get', { wait: '9s' }, 'put'], /waits 9000 ms in all/],
  ])('%j are refused', (steps, message) => {
    const config = { operations: [{ name: 'visit', steps }, { name: 'put' }] };
    expect(() => resolveBenchPlan(redisDriver, config)).toThrow(message);
  });
});

test('a preload must end', () => {
  const config = { preload: { keyGenerator: 'uniform_int:5' } };
  expect(() => resolveBenchPlan(redisDriver, config)).toThrow(/never end/);
});
