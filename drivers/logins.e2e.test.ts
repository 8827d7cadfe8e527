// The drivers that log in, on a server with users.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { userWithPassword } from '../server/edge/users.js';
import { startTestServer } from '../server/testing/test-server.js';
import { openDriver } from './conformance.js';
import { redisDriver } from './redis.js';
import { rkvDriver } from './rkv.js';

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe('a driver that logs in', () => {
  for (const [driver, refusal] of [
    [redisDriver, 'refuses: NOAUTH Authentication required. Set RKV_PASSWORD'],
    [rkvDriver, 'NOAUTH Authentication required.'],
  ] as const) {
    describe(driver.name, () => {
      const serve = async () => {
        const folder = mkdtempSync(join(tmpdir(), 'rkv-logins-'));
        const server = await startTestServer({ users: [await userWithPassword('open sesame')] });
        endings.push(
          () => rmSync(folder, { recursive: true, force: true }),
          () => server.stop(),
        );
        const write = (name: string, text: string) => {
          writeFileSync(join(folder, name), text);
          return join(folder, name);
        };
        const endpoints = [{ host: '127.0.0.1', port: server.clientPort }];
        return { endpoints, right: write('right', 'open sesame\n'), wrong: write('wrong', 'x') };
      };

      it('gets in with the password of a file, and puts and gets', async () => {
        const { endpoints, right } = await serve();
        const opened = await openDriver(driver, endpoints, { passwordFile: right });
        expect(await opened.run('put', 1, Buffer.from('v'))).toEqual({ kind: 'ok' });
        expect(await opened.run('get', 1)).toMatchObject({ kind: 'ok' });
        await opened.close();
      });

      it('says in one sentence why it does not get in', async () => {
        const { endpoints, wrong } = await serve();
        await expect(openDriver(driver, endpoints)).rejects.toThrow(refusal);
        await expect(openDriver(driver, endpoints, { passwordFile: wrong })).rejects.toThrow('WRONGPASS');
        await expect(openDriver(driver, endpoints, { user: 'x' })).rejects.toThrow('needs a password');
        await expect(openDriver(driver, endpoints, { passwordFile: '/nowhere' })).rejects.toThrow(
          'cannot be read',
        );
      });
    });
  }
});
