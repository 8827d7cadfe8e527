import { describe, expect, test } from 'vitest';
import { nullDriver } from '../../drivers/null.js';
import { readBashoConfig } from './basho-config.js';
import { resolveBenchPlan } from './bench-plan.js';
import { ConfigurationError } from './configuration-error.js';
import type { BenchConfigInput } from './schema.js';

const riakcPb = `{mode, max}.

{duration, 10}.

{concurrent, 10}.

{driver, basho_bench_driver_riakc_pb}.

%% keys are big-endian integers
{key_generator, {int_to_bin_bigendian, {uniform_int, 10000}}}.

{value_generator, {fixed_bin, 10000}}.

{riakc_pb_ips, [{127,0,0,1}, "riak2", {"riak3", 8087}]}.

{riakc_pb_replies, 1}.

{operations, [{get, 1}, {put, 2}]}.

{code_paths, ["deps/riakc"]}.
{rng_seed, {1,2,3}}.
{report_interval, 5}.
`;

function planOf(text: string) {
  const { config, problems } = readBashoConfig(text, [7, 8, 9]);
  expect(problems).toEqual([]);
  return resolveBenchPlan(nullDriver, config as BenchConfigInput);
}

describe('a configuration of basho_bench', () => {
  test('becomes a plan as it is', () => {
    expect(planOf(riakcPb)).toMatchObject({
      durationMs: 600_000,
      concurrentWorkers: 10,
      keyGenerator: ['int_to_bin_bigendian', ['uniform_int', 10_000]],
      valueGenerator: ['fixed_bin', 10_000],
      operations: [
        { name: 'get', weight: 1 },
        { name: 'put', weight: 2 },
      ],
      randomSeed: [1, 2, 3],
      reportIntervalMs: 5000,
    });
  });

  test('has every key without effect named, with the reason', () => {
    const { notes } = readBashoConfig(riakcPb, [7, 8, 9]);
    expect(notes).toEqual([
      'riakc_pb_ips (line 14) has no effect: it belongs to a driver of basho_bench.',
      'riakc_pb_replies (line 16) has no effect: it belongs to a driver of basho_bench.',
      'code_paths (line 20) has no effect: a driver is a module: --driver ./my-driver.ts.',
    ]);
  });

  test('has basho_bench’s own defaults where it says nothing', () => {
    expect(planOf('{mode, {rate, max}}.').mode.kind).toBe('max');
    expect(planOf('')).toMatchObject({
      mode: { kind: 'rate', schedule: { per: 'worker', arrival: 'poisson' } },
      durationMs: 300_000,
      concurrentWorkers: 3,
      randomSeed: [42, 23, 12],
      reportIntervalMs: 10_000,
      operations: [{ name: 'get' }, { name: 'put' }, { name: 'delete' }],
    });
  });

  test.each([
    ['{key_generator, <<"key">>}.', ['constant', 'key']],
    ['{key_generator, "key"}.', ['constant', 'key']],
    ['{key_generator, <<255>>}.', ['constant', 'hex', 'ff']],
    ['{key_generator, uuid_v4}.', ['uuid_v4']],
    ['{key_generator, {{crypto_hash, sha}, uuid_v4}}.', ['crypto_hash', 'sha', ['uuid_v4']]],
    [
      '{key_generator, {concat_binary, <<"a">>, {base64, {int_to_bin_bigendian, {uniform_int, 9}}}}}.',
      ['concat_binary', ['constant', 'a'], ['base64', ['int_to_bin_bigendian', ['uniform_int', 9]]]],
    ],
    [
      '{key_generator, {to_binstr, "user~p", {pareto_int, 100}}}.',
      ['to_binstr', 'user~p', ['pareto_int', 100]],
    ],
    ['{key_generator, {file_line_bin, "k.txt", repeat}}.', ['file_line_bin', 'k.txt', 'repeat']],
    ['{key_generator, {partitioned_sequential_int, 0, 10}}.', ['partitioned_sequential_int', 0, 10]],
  ])('%s', (text, keyGenerator) => {
    expect(planOf(text)).toMatchObject({ keyGenerator });
  });

  test('has labels of operations, the source of values, and the seed of now', () => {
    const text = `{operations, [{read, get, 3}, {put, 1}]}. {rng_seed, now}.
      {value_generator_blob_file, "b"}. {value_generator_source_size, 5000}.`;
    expect(planOf(text)).toMatchObject({
      operations: [
        { name: 'read', operation: 'get', weight: 3 },
        { name: 'put', weight: 1 },
      ],
      randomSeed: [7, 8, 9],
      valueGenerator: ['blob_file', 'b', ['fixed_bin', 100]],
      valueGeneratorSourceSize: 5000,
    });
  });

  test('is told everything that is wrong at once', () => {
    const text = `{duratoin, 5}.\n{key_generator, {function, m, f, []}}.\n{concurrent, 0}.\nmode.`;
    const { config, problems } = readBashoConfig(text, [7, 8, 9]);
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'line 1: unknown key "duratoin"; did you mean "duration"?',
      expect.stringMatching(/^key_generator: {function,m,f,\[\]} calls Erlang code; a module/),
      expect.stringMatching(/^line 4: mode is not {key, value}/),
    ]);
    expect(() => resolveBenchPlan(nullDriver, config as BenchConfigInput)).toThrow(
      /concurrentWorkers: 0 is not/,
    );
  });

  test('that is no Erlang is refused with its place', () => {
    const { problems } = readBashoConfig('{mode, max}.\n{duration 5}.', [7, 8, 9]);
    expect(problems[0]).toMatchObject({ path: 'line 2, column 11' });
  });
});

describe('a configuration with mistakes', () => {
  test('has each named with path, found, expected and the nearest name', () => {
    const config = {
      duraton: '5s',
      concurrentWorkers: 'many',
      reportInterval: 'often',
      connections: 'private',
      operations: [{ name: 'get', wieght: 2 }],
      cluster: { nodse: 3 },
      keyGenerator: { type: 'uniform_itn', max: 5 },
      randomSeed: [1, 2],
    };
    const problems = problemsOf(config);
    const byPath = new Map(problems.map((problem) => [problem.path, problem]));
    expect([...byPath.keys()].sort()).toEqual([
      'cluster.nodse',
      'concurrentWorkers',
      'connections',
      'duraton',
      'keyGenerator.type',
      'operations.0.wieght',
      'randomSeed',
      'reportInterval',
    ]);
    expect(byPath.get('duraton')).toMatchObject({ found: 'duraton', nearest: 'duration' });
    expect(byPath.get('cluster.nodse')).toMatchObject({ nearest: 'nodes' });
    expect(byPath.get('operations.0.wieght')).toMatchObject({ nearest: 'weight' });
    expect(byPath.get('keyGenerator.type')).toMatchObject({ nearest: 'uniform_int' });
    expect(byPath.get('concurrentWorkers')).toMatchObject({ found: '"many"', expected: 'a number' });
    expect(byPath.get('connections')).toMatchObject({ expected: 'one of shared, per-worker' });
    for (const { message, found, expected } of problems) {
      expect(message.length).toBeGreaterThan(10);
      expect([found, expected].every((text) => text !== undefined && text !== '')).toBe(true);
    }
  });

  test('may be written in both spellings, but not in both at once', () => {
    const config = { concurrent: 7, key_generator: 'uniform_int:5', rng_seed: [1, 2, 3], report_interval: 2 };
    expect(resolveBenchPlan(nullDriver, config as BenchConfigInput)).toMatchObject({
      concurrentWorkers: 7,
      keyGenerator: ['uniform_int', 5],
      randomSeed: [1, 2, 3],
      reportIntervalMs: 2000,
    });
    const twice = { concurrent: 7, concurrentWorkers: 7 };
    expect(problemsOf(twice)[0]!.message).toMatch(/"concurrent" and "concurrentWorkers" are the same/);
  });

  test.each([
    [{ keyGenerator: 'uuid_v4', operations: { get_own_puts: 1, put: 1 } }, /get_own_puts remembers keys/],
    [{ operations: [['get', 1, 1, 1]] }, /expected at most 3 elements/],
    [{ operations: 5 }, /expected a list, or a record; for example/],
    [[], /./],
    [{ testDir: '' }, /a text that is not empty/],
  ])('%j', (config, message) => {
    expect(
      problemsOf(config)
        .map((problem) => problem.message)
        .join('\n'),
    ).toMatch(message);
  });
});

function problemsOf(
  config: unknown,
): readonly { path: string; message: string; found?: string; expected?: string }[] {
  try {
    resolveBenchPlan(nullDriver, config as BenchConfigInput);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
