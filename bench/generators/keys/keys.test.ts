import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exhausted, GeneratorError } from '../index.js';
import {
  chiSquare,
  chiSquareMax,
  integersFrom,
  keyBytesFrom,
  keysOf,
  testRandom,
} from '../testing/test-context.js';
import { fnvHalves, fnvHash, fnvHashModulo, moduloMax } from './fnv-hash.js';

describe('uniform_int', () => {
  test('draws 1 to N, both ends included, evenly', () => {
    const next = integersFrom(['uniform_int', 100]);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 100_000; i++) counts[next() - 1]! += 1;
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(chiSquare(counts).value).toBeLessThan(chiSquareMax(100));
  });

  test('draws what Erlang’s rand:uniform draws', () => {
    const next = integersFrom(['uniform_int', 100_000]);
    const random = testRandom();
    for (let i = 0; i < 100; i++) expect(next()).toBe(random.uniform(100_000));
  });

  test('with a start draws that many integers from there', () => {
    const next = integersFrom(['uniform_int', 0, 3]);
    expect([...new Set(Array.from({ length: 100 }, next))].sort()).toEqual([0, 1, 2]);
  });

  test('says how many keys there can be', () => {
    expect(keysOf(['uniform_int', 7, 100])).toMatchObject({ kind: 'integer', keySpace: 100 });
  });
});

describe('sequences', () => {
  test('sequential_int counts from zero for every worker and ends', () => {
    const next = integersFrom(['sequential_int', 3], { workerId: 2, workers: 4 });
    expect([next(), next(), next(), next(), next()]).toEqual([0, 1, 2, exhausted, exhausted]);
  });

  test('partitioned_sequential_int shares a range out, what is left over to the last worker', () => {
    const parts = [1, 2, 3].map((workerId) => {
      const next = integersFrom(['partitioned_sequential_int', 10, 11], { workerId, workers: 3 });
      return drain(next);
    });
    expect(parts).toEqual([
      [10, 11, 12],
      [13, 14, 15],
      [16, 17, 18, 19, 20],
    ]);
  });

  test('partitioned_sequential_int draws each key once, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }), (count, workers) => {
        const drawn = Array.from({ length: workers }, (_, i) =>
          drain(integersFrom(['partitioned_sequential_int', count], { workerId: i + 1, workers })),
        ).flat();
        expect(drawn).toEqual(Array.from({ length: count }, (_, key) => key));
      }),
    );
  });

  test('go on where they left off, and say how far they are', () => {
    let reached = 0;
    const next = integersFrom(['partitioned_sequential_int', 100, 10], {
      progress: { resumeAt: 7, reached: (value) => (reached = value) },
    });
    expect(drain(next)).toEqual([107, 108, 109]);
    expect(reached).toBe(10);
  });

  test('begin anew when they had ended', () => {
    const progress = { resumeAt: 10, reached: () => {} };
    expect(integersFrom(['sequential_int', 10], { progress })()).toBe(0);
  });

  test('insert_sequence gives no key to two workers', () => {
    const keys = [1, 2, 3].map((workerId) => {
      const next = integersFrom(['insert_sequence', 100], { workerId, workers: 3 });
      return [next(), next()];
    });
    expect(keys.flat().sort()).toEqual([100, 101, 102, 103, 104, 105]);
  });
});

describe('latest_int', () => {
  test('reads loaded keys and those that the same worker has inserted, the newest most', () => {
    const inserted = { count: 0 };
    const world = { workerId: 2, workers: 3, inserted };
    const insert = integersFrom(['insert_sequence', 50], world);
    const next = integersFrom(['latest_int', 50], world);
    const known = new Set(Array.from({ length: 50 }, (_, key) => key));
    for (let i = 0; i < 20; i++) known.add(insert());
    const newest = 50 + 1 + 3 * 19;
    const counts = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      const key = next();
      expect(known.has(key)).toBe(true);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.get(newest)).toBe(Math.max(...counts.values()));
  });
});

describe('converters', () => {
  test.each([
    [['int_to_bin_bigendian', ['uniform_int', 258, 1]], '00000102'],
    [['int_to_bin_littleendian', ['uniform_int', 258, 1]], '02010000'],
    [
      [
        ['int_to_bin_bigendian', 64],
        ['uniform_int', 258, 1],
      ],
      '0000000000000102',
    ],
    [['int_to_bin_bigendian', 16, ['uniform_int', 0x1_0203, 1]], '0203'],
    [{ type: 'int_to_bin_littleendian', bits: 16, of: 'uniform_int:258:1' }, '0201'],
    [['int_to_str', ['uniform_int', 42, 1]], hex('42')],
    [['to_binstr', 'k~p.', ['uniform_int', 42, 1]], hex('k42.')],
    [['to_binstr', '~8..0b', ['uniform_int', 42, 1]], hex('00000042')],
    [['to_binstr', '~-4w|', ['uniform_int', 42, 1]], hex('42  |')],
    [['to_str', '~.16B', ['uniform_int', 42, 1]], hex('2A')],
    [['to_binstr', '~.2b', ['uniform_int', 5, 1]], hex('101')],
    [['base64', ['int_to_bin_bigendian', ['uniform_int', 258, 1]]], hex('AAABAg==')],
    [['base64', ['constant', 'ab']], hex('YWI=')],
    [['base64', ['constant', 'abc']], hex('YWJj')],
    [['crypto_hash', 'sha', ['uniform_int', 42, 1]], createHash('sha1').update('42').digest('hex')],
    [
      [
        ['crypto_hash', 'sha256'],
        ['constant', 'x'],
      ],
      createHash('sha256').update('x').digest('hex'),
    ],
    [['concat_binary', ['constant', 'a'], ['uniform_int', 7, 1], ['constant', 'hex', '00ff']], '613700ff'],
    [['valgen', ['fixed_bin', 3, 65]], hex('AAA')],
    [['bin_to_str', ['str_to_bin', ['constant', 'x']]], hex('x')],
  ])('%j gives %s', (spec, expected) => {
    expect(keyBytesFrom(spec)()?.toString('hex')).toBe(expected);
  });

  test('of integers keep the integer, so that it can be remembered', () => {
    const keys = keysOf(['base64', ['int_to_bin_bigendian', ['uniform_int', 9, 1]]]);
    expect(keys).toMatchObject({ kind: 'integer', keySpace: 1 });
    expect(keys.kind === 'integer' && keys.next(testRandom())).toBe(9);
  });

  test('write base64 as everybody does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes);
        expect(keyBytesFrom(['base64', ['constant', 'hex', text.toString('hex')]])()?.toString()).toBe(
          text.toString('base64'),
        );
      }),
    );
  });

  test('stop when what they convert stops', () => {
    const next = keyBytesFrom(['base64', ['sequential_int', 1]]);
    expect(next()?.toString()).toBe('MA==');
    expect(next()).toBeUndefined();
  });
});

describe('uuid_v4', () => {
  test('has the version and the variant, is drawn from the seed, and repeats nothing', () => {
    const next = keyBytesFrom('uuid_v4_s');
    const again = keyBytesFrom('uuid_v4_s');
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const uuid = next()!.toString();
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(again()!.toString()).toBe(uuid);
      seen.add(uuid);
    }
    expect(seen.size).toBe(1000);
    expect(keyBytesFrom('uuid_v4')()).toHaveLength(16);
  });
});

describe('file_line_bin', () => {
  const files = { 'a.txt': 'one\ntwo\nthree' };

  test('hands every line to one worker, the last one whole though it has no end', () => {
    const [first, second] = [1, 2].map((workerId) =>
      keyBytesFrom(['file_line_bin', 'a.txt', 'stop'], { files, workerId, workers: 2 }),
    );
    expect([first!(), second!(), first!(), second!(), first!()].map(String)).toEqual([
      'one',
      'two',
      'three',
      'undefined',
      'undefined',
    ]);
  });

  test('begins again at the end, where the next worker would be', () => {
    const next = keyBytesFrom(['file_line_bin', 'a.txt'], { files });
    expect([next(), next(), next(), next()].map(String)).toEqual(['one', 'two', 'three', 'one']);
  });

  test('refuses a file without lines', () => {
    expect(() => keysOf(['file_line_bin', 'a'], { files: { a: '' } })).toThrow(/has no lines/);
  });
});

describe('function', () => {
  test('is called once per worker, then for each key with the worker’s stream', () => {
    const calls: unknown[][] = [];
    const functions = {
      make: (...given: unknown[]) => {
        calls.push(given);
        return (random: { uniform(limit: number): number }) => `k${random.uniform(10)}`;
      },
    };
    const next = keyBytesFrom(['function', './f.js', 'make', 'x', 3], { functions, workerId: 2 });
    const random = testRandom();
    for (let i = 0; i < 5; i++) expect(next()!.toString()).toBe(`k${random.uniform(10)}`);
    expect(calls).toEqual([[2, 'x', 3]]);
  });

  test('ends its worker with undefined', () => {
    expect(keyBytesFrom('function:f:make', { functions: { make: () => () => undefined } })()).toBeUndefined();
  });

  test.each([[1.5], [-1], [{}], ['x'.repeat(2000)]])('refuses %j as a key', (key) => {
    const next = keyBytesFrom('function:f:make', { functions: { make: () => () => key } });
    expect(next).toThrow(/a key is a whole number from 0 up/);
  });

  test('refuses what gives no function', () => {
    expect(() => keysOf('function:f:make', { functions: { make: () => 7 } })).toThrow(GeneratorError);
  });
});

describe('YCSB’s hash', () => {
  const mask = (1n << 64n) - 1n;
  function oracle(value: bigint): bigint {
    let hash = 0xcbf29ce484222325n;
    for (let i = 0n; i < 8n; i++) {
      hash = ((hash ^ ((value >> (8n * i)) & 0xffn)) * 1_099_511_628_211n) & mask;
    }
    const signed = BigInt.asIntN(64, hash);
    return signed < 0n ? -signed : signed;
  }

  test('is FNV-1a and the absolute value, digit for digit in keys', () => {
    const some = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 48 }));
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: moduloMax }), (value, count) => {
        const expected = oracle(BigInt(value));
        fnvHash(value);
        expect(BigInt(fnvHalves.high) * 2n ** 32n + BigInt(fnvHalves.low)).toBe(expected);
        expect(fnvHashModulo(value, count)).toBe(Number(expected % BigInt(count)));
        const key = keyBytesFrom(['ycsb_key', ['uniform_int', value, 1]])();
        expect(key?.toString()).toBe(`user${expected}`);
      }),
    );
  });

  test('names the first record as every YCSB run does', () => {
    expect(keyBytesFrom('ycsb_key(uniform_int:0:1)')()?.toString()).toBe('user6284781860667377211');
  });
});

function drain(next: () => number): number[] {
  const drawn: number[] = [];
  for (let key = next(); key !== exhausted; key = next()) drawn.push(key);
  return drawn;
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
