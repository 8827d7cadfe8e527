/**
 * The same random streams of commands, malformed ones included, to a real Redis and to rkv on one node: the
 * replies must be the same, byte for byte. RKV_SEED replays one seed.
 */
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';
import { redisMissing, startRedis } from './testing/redis-server.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;

const seed = Number(process.env.RKV_SEED ?? 20_260_101);

const key = fc.constantFrom('a', 'b', 'c', '', 'key:{1}', 'x'.repeat(300));
const value = fc.oneof(
  fc.constantFrom('', '0', '-1', 'v\r\n+OK\r\n', 'ÿ\0'),
  fc.string({ maxLength: 40, unit: 'binary-ascii' }),
);
const word = fc.oneof(key, value);
const spelled = (name: string) =>
  fc.constantFrom(name, name.toUpperCase(), `${name[0]!.toUpperCase()}${name.slice(1)}`);
const badTime = fc.constantFrom('0', '-1', 'x', '', '01', '9223372036854775808');
/**
 * Long from now, so that no value ends meanwhile; or wrong in both. What is past is for GETEX alone: Redis counts a
 * key that was set to have ended in DBSIZE for a while.
 */
const timed = (past: readonly string[]) =>
  fc.oneof(
    fc.tuple(fc.constantFrom('ex', 'EX', 'px'), fc.constantFrom('1000000', '5000000000000')),
    fc.tuple(fc.constantFrom('exat', 'PXAT'), fc.constantFrom('5000000000000', ...past)),
    fc.tuple(fc.constantFrom('ex', 'px', 'exat', 'pxat'), badTime),
    fc.tuple(fc.constantFrom('ex', 'exat'), fc.constant('99999999999999999')),
  );
/** Some options, right ones or not. */
function options(flags: readonly string[], past: readonly string[] = []) {
  const option = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...flags).map((flag) => [flag]) },
    { weight: 4, arbitrary: timed(past).map((words) => [...words]) },
    { weight: 1, arbitrary: fc.constantFrom(['ex'], ['nonsense'], ['']) },
  );
  return fc.array(option, { maxLength: 3 }).map((words) => words.flat());
}
const right = fc.oneof(
  fc.tuple(spelled('get'), key),
  fc.tuple(spelled('set'), key, value),
  fc.tuple(spelled('strlen'), key),
  fc.tuple(fc.constantFrom('ttl', 'pttl'), key),
  fc.tuple(spelled('echo'), word),
  fc
    .tuple(spelled('del'), fc.array(key, { minLength: 1, maxLength: 4 }))
    .map(([name, keys]) => [name, ...keys]),
  fc
    .tuple(spelled('exists'), fc.array(key, { minLength: 1, maxLength: 4 }))
    .map(([name, keys]) => [name, ...keys]),
  fc
    .tuple(spelled('mget'), fc.array(key, { minLength: 1, maxLength: 4 }))
    .map(([name, keys]) => [name, ...keys]),
  fc
    .tuple(spelled('mset'), fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 3 }))
    .map(([name, pairs]) => [name, ...pairs.flat()]),
  fc.tuple(fc.constantFrom('select'), fc.constantFrom('0', '1', 'x', '-1', '')),
  fc.tuple(fc.constantFrom('type', 'getex', 'TYPE'), key),
  fc
    .tuple(fc.constantFrom('unlink', 'touch'), fc.array(key, { minLength: 1, maxLength: 4 }))
    .map(([name, keys]) => [name, ...keys]),
  // Of the keys that a pattern takes one at most is there: the order of several is each server's own.
  fc
    .tuple(fc.constantFrom('keys'), fc.constantFrom('a', '[b]', '?', 'c*', '[^abk]', 'key:{?}', 'x*x', '\\a'))
    .filter(([, pattern]) => pattern !== '?'),
  fc
    .tuple(fc.constantFrom('a', '[bk]', 'c*', 'key*1}'), fc.constantFrom('string', 'list'))
    .map(([pattern, type]) => ['scan', '0', 'match', pattern, 'COUNT', '1000', 'type', type]),
  fc.constantFrom(
    ['dbsize'],
    ['flushall'],
    ['FLUSHDB', 'async'],
    ['flushall', 'sync'],
    ['function', 'flush'],
    ['client', 'getname'],
    ['client', 'setname', 'me'],
    ['client', 'setname', 'not me'],
    ['client', 'no-evict', 'on'],
    ['command', 'getkeys', 'mset', 'a', '1', 'b', '2'],
    ['command', 'getkeys', 'ping'],
    ['config', 'get', 'databases'],
    ['config', 'get', 'nothing*'],
    ['hello', '4'],
    ['hello', 'x'],
    ['hello', '2', 'nonsense'],
    ['reset'],
    ['debug', 'sleep', '0'],
  ),
  fc
    .tuple(spelled('set'), key, value, options(['nx', 'XX', 'get', 'KEEPTTL', 'persist']))
    .map((words) => words.flat()),
  fc
    .tuple(spelled('getex'), key, options(['persist', 'KEEPTTL', 'nx'], ['1', '1000000']))
    .map((words) => words.flat()),
);
const wrong = fc
  .tuple(
    fc.constantFrom(
      'get',
      'set',
      'del',
      'exists',
      'mget',
      'mset',
      'strlen',
      'ttl',
      'pttl',
      'echo',
      'ping',
      'nonsense',
      'no\r\nsuch',
      'type',
      'unlink',
      'touch',
      'keys',
      'scan',
      'dbsize',
      'flushall',
      'flushdb',
      'randomkey',
      'getex',
      'select',
      'config',
      'client',
      'debug',
    ),
    fc.array(word, { maxLength: 4 }),
  )
  // A pattern may take several keys, and a random one is random.
  .filter(
    ([name, args]) =>
      !((name === 'keys' && args.length === 1) || (name === 'randomkey' && args.length === 0)),
  )
  .filter(([name, args]) => name !== 'scan' || !/^[0-9 +-]*$/.test(args[0] ?? 'x'))
  .map(([name, args]) => [name, ...args]);
const command = fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: wrong }).map(encode);
const inline = fc.constantFrom(
  'PING\r\n',
  'ECHO "a b"\r\n',
  "get 'a'\r\n",
  '\r\n',
  'set a 1\n',
  '*0\r\n',
  '*-1\r\n',
);
const broken = fc.constantFrom(
  '*1\r\n:4\r\n',
  '*x\r\n',
  '*1\r\n$-5\r\n',
  '*1\r\n$x\r\n',
  'get "a\r\n',
  '*2\r\n$3\r\nget\r\n+a\r\n',
);
const stream = fc.tuple(
  fc.array(fc.oneof({ weight: 6, arbitrary: command }, { weight: 1, arbitrary: inline }), { maxLength: 40 }),
  fc.option(broken, { freq: 4, nil: '' }),
);

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((text) => `$${text.length}\r\n${text}\r\n`).join('')}`;
}

/** Sends bytes and QUIT, and returns all that is answered until the connection closes. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setTimeout(5000, () =>
      socket.destroy(new Error(`no end after ${JSON.stringify(text.slice(-200))}`)),
    );
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(text));
    socket.write(Buffer.from(`${bytes}*1\r\n$4\r\nQUIT\r\n`, 'latin1'));
  });
}

/** Both texts, without the times to live that are the same but for a minute. */
function untimed(theirs: string, ours: string): [string, string] {
  const pattern = /(?<=^:)\d{3,}(?=\r$)/gm;
  const times = [...theirs.matchAll(pattern)].map(([time]) => Number(time));
  const ownTimes = [...ours.matchAll(pattern)].map(([time]) => Number(time));
  const isClose = (i: number) => Math.abs(times[i]! - ownTimes[i]!) <= (times[i]! < 100_000 ? 60 : 60_000);
  if (times.length !== ownTimes.length || !times.every((_, i) => isClose(i))) return [theirs, ours];
  return [theirs.replace(pattern, 'time'), ours.replace(pattern, 'time')];
}

describe.skipIf(redisMissing !== undefined)(`rkv and Redis (skipped where ${redisMissing})`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let cluster: ServerModule.LocalCluster;
  beforeAll(async () => {
    redis = await startRedis();
    cluster = await server.startLocalCluster({ nodes: 1 });
  });
  afterAll(async () => {
    await cluster?.stop();
    await redis?.stop();
  });

  it('answer the same streams with the same bytes', async () => {
    const port = cluster.members[0]!.clientPort;
    await fc.assert(
      fc.asyncProperty(stream, async ([commands, end]) => {
        const bytes =
          encode(['DEL', 'a', 'b', 'c', '', 'key:{1}', 'x'.repeat(300)]) + commands.join('') + end;
        const [theirs, ours] = await Promise.all([exchange(redis.port, bytes), exchange(port, bytes)]);
        // How many were there before is of the former stream, which may have ended early.
        const [told, ownTold] = untimed(theirs.replace(/^:\d/, ''), ours.replace(/^:\d/, ''));
        expect(ownTold).toBe(told);
      }),
      { seed, numRuns: 150, interruptAfterTimeLimit: 8000 },
    );
  });
});
