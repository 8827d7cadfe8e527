// The etcd driver: etcd 3.4 and newer through its JSON gateway.
// Semantics: range, put and deleterange of one key. Reads are linearizable, or with the setting `serializable: true`
// from one member's memory, which is faster and may be stale. No key is `missing`. A 4xx status is a definite failure
// and so is a refused connection; 5xx and a lost connection leave open whether a write took effect. `scan` is a range
// from the key to the end with a limit. Keys and values travel in base64, which costs the generator CPU time.
import { z } from 'zod';
import { defineDriver, type Outcome } from '../bench/driver.js';
import { type Failed, failedStatus, HttpPool } from './http/pool.js';
import { readSettings } from './read-settings.js';
import { runKeyValue } from './run-key-value.js';

const settingsSchema = z.strictObject({ serializable: z.boolean().default(false) });
const headers = { 'content-type': 'application/json' };
/** A range that ends with a zero byte ends with the last key. */
const lastKey = Buffer.alloc(1).toString('base64');

interface RangeAnswer {
  kvs?: { value?: string }[];
}

export const etcdDriver = defineDriver({
  name: 'etcd',
  description: 'range, put and deleterange on etcd, through its JSON gateway',
  operations: ['get', 'put', 'delete', 'get_own_puts', 'scan'],
  defaultEndpoint: '127.0.0.1:2379',
  async open(workerId, options) {
    const { serializable } = readSettings('etcd', settingsSchema, options);
    const pool = new HttpPool(workerId, options);
    const send = async (path: string, body: object): Promise<RangeAnswer | Failed> => {
      const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
      if ('kind' in answer) return answer;
      return answer.status === 200
        ? (JSON.parse(answer.body.toString('utf8')) as RangeAnswer)
        : failedStatus(answer);
    };
    const range = async (body: object): Promise<Outcome> => {
      const answer = await send('/v3/kv/range', serializable ? { ...body, serializable } : body);
      if ('kind' in answer) return answer;
      const [first] = (answer as RangeAnswer).kvs ?? [];
      if (first === undefined) return { kind: 'missing' };
      // The gateway leaves an empty value out.
      return { kind: 'ok', value: Buffer.from(first.value ?? '', 'base64') };
    };
    const write = async (path: string, body: object): Promise<Outcome> => {
      const answer = await send(path, body);
      return 'kind' in answer ? answer : { kind: 'ok' };
    };
    const first = await send('/v3/kv/range', {
      key: Buffer.from('rkv').toString('base64'),
      serializable: true,
    });
    if ('kind' in first) {
      await pool.close();
      const { host, port } = options.endpoints[(workerId - 1) % options.endpoints.length]!;
      throw new Error(`${host}:${port} does not answer as etcd does (${first.message ?? first.code})`);
    }
    return runKeyValue(options.ownPuts, {
      get: (key) => range({ key: key.toString('base64') }),
      put: (key, value) =>
        write('/v3/kv/put', { key: key.toString('base64'), value: value.toString('base64') }),
      delete: (key) => write('/v3/kv/deleterange', { key: key.toString('base64') }),
      scan: (key, count) => range({ key: key.toString('base64'), range_end: lastKey, limit: count }),
      close: () => pool.close(),
    });
  },
});
