import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  createKeyGenerator,
  createValueGenerator,
  describeSpec,
  type expectationOf,
  type GeneratorRole,
  type GeneratorSpec,
  keyGeneratorDefinitions,
  parseSpec,
  resourcesOf,
  valueGeneratorDefinitions,
} from './index.js';
import { testContext } from './testing/test-context.js';

describe('a generator may be written', () => {
  test.each([
    ['uniform_int:100', ['uniform_int', 100]],
    [
      ['uniform_int', 100],
      ['uniform_int', 100],
    ],
    [{ type: 'uniform_int', max: 100 }, ['uniform_int', 100]],
    [{ type: 'uniform_int', start: 5, count: 7 }, ['uniform_int', 5, 7]],
    ['uuid_v4', ['uuid_v4']],
    ['zipfian:10', ['zipfian_int', 10]],
    [{ type: 'zipfian_int', count: 10, theta: 0.5 }, ['zipfian_int', 10, 0.5]],
    [
      [['int_to_bin_bigendian', 64], 'uniform_int:9'],
      ['int_to_bin_bigendian', 64, ['uniform_int', 9]],
    ],
    ['int_to_bin_bigendian:64(uniform_int:9)', ['int_to_bin_bigendian', 64, ['uniform_int', 9]]],
    [
      'concat_binary(constant:a, base64(uuid_v4))',
      ['concat_binary', ['constant', 'a'], ['base64', ['uuid_v4']]],
    ],
    [
      { type: 'concat_binary', of: ['constant:a', { type: 'uuid_v4' }] },
      ['concat_binary', ['constant', 'a'], ['uuid_v4']],
    ],
  ])('%j', (input, spec) => {
    expect(parseSpec('key', input)).toEqual({ spec, problems: [] });
  });

  test('as its own description, which leads back to it', () => {
    for (const { example } of keyGeneratorDefinitions) {
      if (describeSpec(example).includes('./')) continue;
      expect(parseSpec('key', describeSpec(example)).spec).toEqual(example);
    }
  });
});

describe('a wrong specification', () => {
  test.each([
    [['uniform_int'], /uniform_int takes a whole number of at least 1 \(max\); or/, ''],
    [['uniform_int', 0], /at least 1, not 0/, '1'],
    [['uniform_int', 'many'], /"uniform_int:many" is not right/, '1'],
    [['uniform_int', 5, 'many'], /the count of uniform_int is a whole number/, '2'],
    [['uniform_int', 2 ** 53 - 1, 2], /ends above/, ''],
    [['pareto', 5], /no key generator "pareto"; known: uniform_int/, '0'],
    [['fixed_bin', 5], /no key generator "fixed_bin" \(it makes values\)/, '0'],
    [['base64', ['uniform_int', 0]], /at least 1/, '1.1'],
    [[['crypto_hash', 'sha3'], 'uuid_v4'], /one of md4, md5/, '0'],
    [['zipfian_int', 10, 1], /above 0 and below 1/, '2'],
    [{ type: 'zipfian_int', count: 5, thetta: 1 }, /it has no parameter "thetta"/, 'thetta'],
    [['concat_binary', 'uuid_v4'], /two or more key generators/, ''],
    [['to_binstr', 'x~q', 'uuid_v4'], /the format "x~q" has "~q"/, ''],
    [['int_to_bin_bigendian', 12, 'uniform_int:5'], /a multiple of eight/, ''],
    [['constant', 'hex', 'abc'], /not hexadecimal/, ''],
    [7, /7 is no generator/, ''],
    ['base64(uuid_v4', /is no generator/, ''],
  ])('of keys, %j, is refused with what is right and where', (input, message, path) => {
    const { problems } = parseSpec('key', input);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.path).toBe(path);
  });

  test.each([
    [['fixed_bin', -1], /from 0 to/],
    [['fixed_bin', 10, 256], /from 0 to 255, not 256/],
    [['toString', 1], /no value generator "toString"/],
    [['uniform_bin', 5, 5], /min must be less than max/],
    [['exponential_bin', 0, 10 ** 9], /the largest value would have/],
    [['histogram_bin', 1, 2, 3], /a size has no weight/],
  ])('of values, %j, is refused with what is right', (input, message) => {
    expect(parseSpec('value', input).problems[0]!.message).toMatch(message);
  });

  test('is told all at once', () => {
    const { problems } = parseSpec('key', ['concat_binary', ['uniform_int', 0], ['base46', 'uuid_v4']]);
    expect(problems.map(({ path }) => path)).toEqual(['1.1', '2.0']);
  });

  test('nested without end is refused', () => {
    let spec: unknown = 'uuid_v4';
    for (let i = 0; i < 40; i++) spec = ['base64', spec];
    expect(parseSpec('key', spec).problems[0]!.message).toMatch(/nested too deeply/);
  });
});

describe('every generator', () => {
  const all = [
    ...keyGeneratorDefinitions.map((definition) => ['key', definition] as const),
    ...valueGeneratorDefinitions.map((definition) => ['value', definition] as const),
  ];

  test.each(all)('as %s, %o, is made of its own example', (role, { example }) => {
    expect(parseSpec(role, example).problems).toEqual([]);
    const content = Buffer.from('10 1\n20 1\n');
    const context = testContext({
      file: () => content,
      function: () => () => () => 'x',
    });
    const create = role === 'key' ? createKeyGenerator : createValueGenerator;
    expect(create(example, context)).toBeTruthy();
  });

  test('knows what it needs of the machine, inside others, too', () => {
    const spec = parseSpec('key', 'base64(concat_binary(file_line_bin:a.txt, function:m.js:make:1))').spec;
    expect(resourcesOf('key', spec)).toEqual({
      files: ['a.txt'],
      functions: [{ path: 'm.js', name: 'make' }],
    });
    expect(resourcesOf('key', ['valgen', ['blob_file', 'b', ['histogram_bin', 'h']]]).files).toEqual([
      'b',
      'h',
    ]);
  });

  test('stands in the README as it is', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    for (const [role, definition] of all) expect(readme).toContain(tableRow(role, definition));
    expect(readme.match(/^\| `[a-z]/gm)).toHaveLength(all.length);
  });
});

/** A generator's line of the README's tables. */
function tableRow(
  _role: GeneratorRole,
  {
    name,
    about,
    forms,
    example,
  }: { name: string; about: string; forms: readonly unknown[]; example: GeneratorSpec },
): string {
  const parameters = (forms as Parameters<typeof expectationOf>[0][][])
    .map((form) => (form.length === 0 ? '-' : form.map((one) => one.name).join(', ')))
    .join('; ');
  return `| \`${name}\` | ${parameters} | ${about.replaceAll('|', '\\|')} | \`${describeSpec(example)}\` |`;
}
