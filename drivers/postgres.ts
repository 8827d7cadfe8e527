// The postgres driver: a table of keys and values in PostgreSQL, through the client `pg`, which is installed beside rkv.
// Semantics: each operation is a transaction of its own at the server's settings (synchronous_commit decides what a
// put survives). A put is INSERT ... ON CONFLICT DO UPDATE; no row is `missing`. An error of the server is a definite
// failure under its SQLSTATE, but for those of class 08, 40003 and 57P; a lost connection leaves open what was in flight.
// `scan` reads rows in the order of their keys. Settings: user, password, database, table.
import { z } from 'zod';
import { defineDriver, type Outcome } from '../bench/driver.js';
import { readSettings } from './read-settings.js';
import { runKeyValue } from './run-key-value.js';

const settingsSchema = z.strictObject({
  user: z.string().default('postgres'),
  password: z.string().optional(),
  database: z.string().default('postgres'),
  table: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('rkv_bench'),
});
/** Creates tables one at a time: two at once would fail. */
const createLock = 7_265_222;
/** What a worker waits when the server cannot be reached, so that it does not try thousands of times a second. */
const unreachableWaitMs = 20;
const indefinite = /^(08|57P|40003)/;

/** What is used of the client. */
/** Reads name the column of values; writes give no rows. */
interface Answer {
  rows: { value: Buffer }[];
}

interface PgClient {
  connect(): Promise<void>;
  query(query: { name?: string; text: string; values?: unknown[] }): Promise<Answer>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): void;
}

export const postgresDriver = defineDriver({
  name: 'postgres',
  description: 'rows of a table in PostgreSQL; needs the package pg',
  operations: ['get', 'put', 'delete', 'get_own_puts', 'scan'],
  defaultEndpoint: '127.0.0.1:5432',
  async open(workerId, options) {
    const { table, ...login } = readSettings('postgres', settingsSchema, options);
    const { host, port } = options.endpoints[(workerId - 1) % options.endpoints.length]!;
    const Client = await importClient();
    const connect = async (): Promise<PgClient> => {
      const client = new Client({ host, port, ...login, connectionTimeoutMillis: options.timeoutMs });
      client.on('error', () => {
        if (current === client) current = undefined;
      });
      await client.connect();
      return client;
    };
    let current: PgClient | undefined;
    try {
      current = await connect();
      await createTable(current, table);
    } catch (error) {
      await current?.end().catch(() => {});
      throw new Error(`${host}:${port} cannot be used (${(error as Error).message || 'nobody answers'})`);
    }

    const query = async (name: string, text: string, values: unknown[]): Promise<Answer | Outcome> => {
      try {
        current ??= await connect();
      } catch (error) {
        await new Promise<void>((resolve) => setTimeout(resolve, unreachableWaitMs));
        return { kind: 'failed', code: 'disconnected', definite: true, message: (error as Error).message };
      }
      const client = current;
      try {
        return { rows: (await client.query({ name, text, values })).rows };
      } catch (error) {
        const { code = 'connection_lost', message } = error as { code?: string; message: string };
        const isServers = /^[0-9A-Z]{5}$/.test(code);
        if ((!isServers || indefinite.test(code)) && current === client) {
          current = undefined;
          await client.end().catch(() => {});
        }
        return { kind: 'failed', code, definite: isServers && !indefinite.test(code), message };
      }
    };
    const read = async (name: string, text: string, values: unknown[]): Promise<Outcome> => {
      const answer = await query(name, text, values);
      if ('kind' in answer) return answer;
      const [first] = answer.rows;
      return first === undefined ? { kind: 'missing' } : { kind: 'ok', value: first.value };
    };
    const write = async (name: string, text: string, values: unknown[]): Promise<Outcome> => {
      const answer = await query(name, text, values);
      return 'kind' in answer ? answer : { kind: 'ok' };
    };
    return runKeyValue(options.ownPuts, {
      get: (key) => read('get', `SELECT value FROM ${table} WHERE key = $1`, [key]),
      put: (key, value) =>
        write(
          'put',
          `INSERT INTO ${table} (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
          [key, value],
        ),
      delete: (key) => write('delete', `DELETE FROM ${table} WHERE key = $1`, [key]),
      scan: (key, count) =>
        read('scan', `SELECT key, value FROM ${table} WHERE key >= $1 ORDER BY key LIMIT $2`, [key, count]),
      close: async () => {
        await current?.end();
      },
    });
  },
});

async function createTable(client: PgClient, table: string): Promise<void> {
  await client.query({ text: 'SELECT pg_advisory_lock($1)', values: [createLock] });
  await client.query({
    text: `CREATE TABLE IF NOT EXISTS ${table} (key bytea PRIMARY KEY, value bytea NOT NULL)`,
  });
  await client.query({ text: 'SELECT pg_advisory_unlock($1)', values: [createLock] });
}

async function importClient(): Promise<new (options: object) => PgClient> {
  const name = 'pg';
  try {
    const pg = (await import(name)) as { default: { Client: new (options: object) => PgClient } };
    return pg.default.Client;
  } catch {
    throw new Error('the postgres driver needs the package pg beside rkv; npm install pg@8');
  }
}
