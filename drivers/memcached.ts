// The memcached driver: get, set and delete in its text protocol, a connection per worker.
// Semantics: a cache may drop what it was given, so a get that finds nothing is `missing`, and so may an own put be.
// An answer other than STORED (too large, out of memory) is a definite failure with its first word as the code; a lost
// connection leaves open what was in flight. Keys have up to 250 bytes without spaces or control characters; others
// fail as `bad_key` without being sent.
import { defineDriver, type Outcome } from '../bench/driver.js';
import { type MemcachedAnswer, MemcachedConnection } from './memcached/connection.js';
import { runKeyValue } from './run-key-value.js';

const keyBytesMax = 250;
/** What a worker waits when the server cannot be reached, so that it does not try thousands of times a second. */
const unreachableWaitMs = 20;
const lineEnd = Buffer.from('\r\n');

export const memcachedDriver = defineDriver({
  name: 'memcached',
  description: 'get, set and delete on a memcached server',
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  defaultEndpoint: '127.0.0.1:11211',
  async open(workerId, { endpoints, timeoutMs, ownPuts }) {
    const { host, port } = endpoints[(workerId - 1) % endpoints.length]!;
    const connection = new MemcachedConnection(host, port, timeoutMs);
    const first = await connection.send([Buffer.from('version\r\n')]);
    if (first.kind !== 'line' || !first.line.startsWith('VERSION ')) {
      await connection.close();
      const reason = first.kind === 'lost' ? first.message : 'it does not answer as memcached does';
      throw new Error(
        `${host}:${port} does not answer (${reason}); start the store, or name another one with --endpoint HOST:PORT`,
      );
    }
    const send = async (
      key: Buffer,
      command: readonly Buffer[],
      outcomes: Readonly<Record<string, Outcome>>,
    ): Promise<Outcome> => {
      if (!isKey(key)) return badKey;
      const answer = await connection.send(command);
      if (answer.kind === 'lost' && !answer.sent)
        await new Promise<void>((resolve) => setTimeout(resolve, unreachableWaitMs));
      return outcomeOf(answer, outcomes);
    };
    return runKeyValue(ownPuts, {
      get: (key) => send(key, [Buffer.from('get '), key, lineEnd], { END: { kind: 'missing' } }),
      put: (key, value) =>
        send(key, [Buffer.from('set '), key, Buffer.from(` 0 0 ${value.length}\r\n`), value, lineEnd], {
          STORED: { kind: 'ok' },
        }),
      delete: (key) =>
        send(key, [Buffer.from('delete '), key, lineEnd], {
          DELETED: { kind: 'ok' },
          NOT_FOUND: { kind: 'ok' },
        }),
      close: () => connection.close(),
    });
  },
});

const badKey: Outcome = {
  kind: 'failed',
  code: 'bad_key',
  definite: true,
  message: `memcached takes keys of 1 to ${keyBytesMax} bytes without spaces or control characters`,
};

function isKey(key: Buffer): boolean {
  return key.length > 0 && key.length <= keyBytesMax && key.every((byte) => byte > 32 && byte !== 127);
}

function outcomeOf(answer: MemcachedAnswer, outcomes: Readonly<Record<string, Outcome>>): Outcome {
  if (answer.kind === 'value') return { kind: 'ok', value: answer.value };
  if (answer.kind === 'lost') {
    const code = answer.sent ? 'connection_lost' : 'disconnected';
    return { kind: 'failed', code, definite: !answer.sent, message: answer.message };
  }
  const [code = 'error'] = answer.line.split(' ');
  return outcomes[answer.line] ?? { kind: 'failed', code, definite: true, message: answer.line };
}
