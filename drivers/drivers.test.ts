import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisMissing, startRedis, type TestRedis } from '../bench/testing/redis-server.js';
import { driverConformance } from './conformance.js';
import { builtInDriver, builtInDriverNames } from './index.js';
import { memoryDriver } from './memory.js';
import { redisDriver } from './redis.js';
import template from './template.js';

describe('the drivers that come with rkv', () => {
  test.each(builtInDriverNames)('%s is found under its name and says what it does', async (name) => {
    const driver = (await builtInDriver(name))!;
    expect(driver.name).toBe(name);
    expect(driver.description).toBeTruthy();
    expect(driver.operations).toContain('get');
  });

  test('are not found under other names', async () => {
    expect(await builtInDriver('toString')).toBeUndefined();
  });
});

describe('conformance', () => {
  driverConformance('memory', memoryDriver);
  driverConformance('template', template);
});

describe('conformance on a real Redis', () => {
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    if (redisMissing === undefined) redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });
  const endpoints = () => [{ host: '127.0.0.1', port: redis!.port }];
  driverConformance('redis', redisDriver, { endpoints, skip: redisMissing });
});
