// The http driver: any server that keeps values under paths.
// Semantics: GET, PUT and DELETE of `path` with {key} replaced (percent-encoded); 2xx is ok, 404 of a get or a delete
// is `missing` or ok; 4xx is a definite failure, 5xx and a lost connection leave open whether a write took effect.
// Nothing is tried again. Settings: path (default /{key}), headers.
import { z } from 'zod';
import { type DriverOptions, defineDriver, type Outcome } from '../bench/driver.js';
import { failedStatus, HttpPool } from './http/pool.js';
import { readSettings } from './read-settings.js';
import { runKeyValue } from './run-key-value.js';

const settingsSchema = z.strictObject({
  path: z.string().startsWith('/').includes('{key}').default('/{key}'),
  headers: z.record(z.string(), z.string()).default({}),
});

export const httpDriver = defineDriver({
  name: 'http',
  description: 'GET, PUT and DELETE of paths on an HTTP server',
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  defaultEndpoint: '127.0.0.1:8098',
  open(workerId, options) {
    const { path, headers } = readSettings('http', settingsSchema, options);
    const pool = new HttpPool(workerId, options as DriverOptions);
    const pathOf = (key: Buffer): string => path.replace('{key}', () => percentEncoded(key));
    const send = async (method: 'GET' | 'PUT' | 'DELETE', key: Buffer, body?: Buffer): Promise<Outcome> => {
      const answer = await pool.request({ method, path: pathOf(key), headers, body });
      if ('kind' in answer) return answer;
      if (answer.status >= 200 && answer.status < 300)
        return method === 'GET' ? { kind: 'ok', value: answer.body } : { kind: 'ok' };
      if (answer.status === 404 && method !== 'PUT')
        return method === 'GET' ? { kind: 'missing' } : { kind: 'ok' };
      return failedStatus(answer);
    };
    return runKeyValue(options.ownPuts, {
      get: (key) => send('GET', key),
      put: (key, value) => send('PUT', key, value),
      delete: (key) => send('DELETE', key),
      close: () => pool.close(),
    });
  },
});

function percentEncoded(key: Buffer): string {
  let text = '';
  for (const byte of key) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9_.~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
