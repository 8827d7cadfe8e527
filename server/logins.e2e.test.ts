/** Logins on real sockets: who joins a cluster with users, and users that change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RkvClient } from './client/index.js';
import { hashPassword } from './edge/password-hash.js';
import { readUsersFile, userWithPassword } from './edge/users.js';
import { startTestServer, type TestServer, type TestServerOptions, until } from './testing/test-server.js';

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function started(options: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  endings.push(() => server.stop());
  return server;
}

async function connected({ clientPort }: TestServer, user: string, password: string): Promise<RkvClient> {
  const client = await RkvClient.connect({ host: '127.0.0.1', port: clientPort, login: { user, password } });
  endings.push(() => client.close());
  return client;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-logins-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a cluster with users', () => {
  it('is joined by who logs in there, and others are told why not', async () => {
    const users = [await userWithPassword('open sesame')];
    const [first, second] = await Promise.all([
      started({ users }),
      started({ users, name: 'node2@127.0.0.1' }),
    ]);
    const place = `127.0.0.1:${first.clientPort}`;
    const client = await connected(second, 'default', 'open sesame');
    const refusal = (...words: string[]) =>
      client.send('RKV.JOIN', ...words).then(String, (error: Error) => error.message);
    for (const [words, why] of [
      [[place], 'NOAUTH Authentication required'],
      [[place, 'AUTH', 'default', 'wrong'], 'WRONGPASS'],
    ] as const) {
      const told = await refusal(...words);
      expect(told).toContain(`Failed: ${place} does not let this node join: ${why}`);
      expect(told).toContain('RKV_PASSWORD');
    }
    expect(await refusal(place, 'AUTH', 'x')).toContain('Usage: join HOST:PORT');
    expect((await client.administer('join', place)).text).toContain(
      "Success: staged join request for 'node2",
    );
    await until('the plan', async () => (await client.administer('plan')).isOk);
    expect((await client.administer('commit')).isOk).toBe(true);
    await until('both are members', async () => {
      const { data } = await client.administer('member-status');
      return (data.members as { status: string }[]).every(({ status }) => status === 'valid');
    });
    expect(JSON.stringify([first.log, second.log])).not.toContain('open sesame');
  });

  it('takes another users file, and keeps the old one when it is broken', async () => {
    const file = join(temporaryFolder(), 'users.json');
    const password = await hashPassword(Buffer.from('pw'));
    const write = (...names: string[]) => {
      const users = names.map((name) => ({ name, password, rights: ['admin'] }));
      writeFileSync(file, JSON.stringify({ users }));
      return readUsersFile(file);
    };
    const users = await write('alice', 'bob');
    const server = await started({ users, readUsers: () => readUsersFile(file) });
    const [alice, bob] = [await connected(server, 'alice', 'pw'), await connected(server, 'bob', 'pw')];
    await write('alice', 'carol');
    server.reloadUsers();
    await until('bob is shut out', () => bob.isClosed);
    await connected(server, 'carol', 'pw');
    writeFileSync(file, '{');
    await expect(alice.send('ACL', 'LOAD')).rejects.toThrow(`ERR The users file ${file} is no JSON`);
    expect(server.log.map(({ event }) => event)).toContain('users-not-reloaded');
    await connected(server, 'carol', 'pw');
    await write('alice');
    expect(await alice.send('ACL', 'LOAD')).toBe('OK');
    expect(await alice.send('ACL', 'USERS')).toEqual([Buffer.from('alice')]);
  });

  it('without a users file has nothing to read anew, and says so', async () => {
    const server = await started({ users: [await userWithPassword('pw')] });
    const client = await connected(server, 'default', 'pw');
    await expect(client.send('ACL', 'LOAD')).rejects.toThrow(
      'ERR this server has no users file: start it with --users FILE',
    );
  });
});
