import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import { type Access, type LoginResult, rightsOf, type UserRight } from './access.js';
import { commandSpecs } from './command-specs.js';

const notLoggedIn = 'NOAUTH Authentication required.';
const wrongPassword = 'WRONGPASS invalid username-password pair or user is disabled.';

type Rights = Record<string, readonly UserRight[]>;

/**
 * Users whose password is their name, and logins that are answered when the test says so. They are read anew from
 * the object that was given.
 */
function usersWith(rights: Readonly<Rights>): Access & { answer(): void } {
  const waiting: (() => void)[] = [];
  return {
    verify: (user, password, done) => {
      const has = rights[user];
      const isKnown = has !== undefined && password.toString() === user;
      const result: LoginResult = isKnown
        ? { kind: 'known', rights: rightsOf(has), account: 1 }
        : { kind: 'wrong' };
      waiting.push(() => done(result));
    },
    rightsNow: (user) => rights[user] && rightsOf(rights[user]),
    userNames: () => Object.keys(rights),
    reload: (done) => {
      waiting.push(() => done(rights.broken === undefined ? undefined : 'The users\nfile is wrong.'));
    },
    answer: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

function oneNode(rights: Readonly<Rights>) {
  const access = usersWith(rights);
  const cluster = new SimulatedCluster({ nodes: 1, seed: 1, access });
  const login = (...words: string[]) => {
    const client = cluster.client(0);
    client.send(...words);
    access.answer();
    cluster.run(10);
    return client;
  };
  return { cluster, access, login };
}

const everything = ['read', 'write', 'admin'] as const;

describe('a client that has not logged in', () => {
  it('may do nothing but AUTH, HELLO, QUIT and RESET', () => {
    const { cluster } = oneNode({ default: everything });
    const served = commandSpecs
      .filter(({ name, arity }) => {
        const client = cluster.client(0);
        client.send(name, ...Array.from({ length: Math.abs(arity) - 1 }, () => 'x'));
        return client.replies[0] !== notLoggedIn;
      })
      .map(({ name }) => name);
    expect(served.sort()).toEqual(['auth', 'hello', 'quit', 'reset']);
  });

  it('is told what Redis tells, in the same order of checks', () => {
    const { cluster } = oneNode({ default: everything });
    const client = cluster.client(0);
    for (const words of [['PING'], ['NOSUCH'], ['GET'], ['AUTH'], ['AUTH', 'a', 'b', 'c'], ['HELLO', '3']])
      client.send(...words);
    expect(client.replies).toEqual([
      notLoggedIn,
      "ERR unknown command 'NOSUCH', with args beginning with: ",
      "ERR wrong number of arguments for 'get' command",
      "ERR wrong number of arguments for 'auth' command",
      'ERR syntax error',
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    ]);
  });

  it('is not read on when it sends what no login needs', () => {
    for (const [bytes, error] of [
      ['*11\r\n', 'ERR Protocol error: unauthenticated multibulk length'],
      ['*2\r\n$4\r\nAUTH\r\n$16385\r\n', 'ERR Protocol error: unauthenticated bulk length'],
    ] as const) {
      const { cluster } = oneNode({ default: everything });
      const client = cluster.client(0);
      client.sendBytes(bytes);
      expect(client.replies).toEqual([error]);
      expect(client.isClosed).toBe(true);
    }
  });

  it('makes the node keep no more than a piece of output, however much it sends unread', () => {
    const { cluster } = oneNode({ default: everything });
    const client = cluster.client(0);
    client.isReading = false;
    for (let i = 0; i < 200; i++) client.sendBytes('*1\r\n$4\r\nPING\r\n'.repeat(4000));
    cluster.run(100);
    expect(client.unreadBytes).toBeGreaterThan(0);
    expect(client.unreadBytes).toBeLessThan(1024 * 1024);
  });
});

describe('logging in', () => {
  it('lets the next commands wait, and answers in order', () => {
    const { cluster, access } = oneNode({ default: everything });
    const client = cluster.client(0);
    client.send('AUTH', 'default');
    client.send('SET', 'k', 'v');
    client.send('GET', 'k');
    cluster.run(100);
    expect(client.replies).toEqual([]);
    access.answer();
    cluster.run(10);
    expect(client.replies).toEqual(['OK', 'OK', 'v']);
  });

  it('fails for a wrong password and for a user that is none with the same words', () => {
    const { login } = oneNode({ default: everything });
    expect(login('AUTH', 'wrong').replies).toEqual([wrongPassword]);
    expect(login('AUTH', 'nobody', 'nobody').replies).toEqual([wrongPassword]);
    expect(login('HELLO', '3', 'AUTH', 'default', 'wrong').replies).toEqual([wrongPassword]);
  });

  it('keeps who it was when a second login fails, as Redis does, and forgets it with RESET', () => {
    const { login, access, cluster } = oneNode({ default: everything });
    const client = login('AUTH', 'default');
    client.send('AUTH', 'wrong');
    access.answer();
    client.send('PING');
    cluster.run(10);
    client.send('RESET');
    client.send('PING');
    cluster.run(10);
    expect(client.replies).toEqual(['OK', wrongPassword, 'PONG', 'RESET', notLoggedIn]);
  });

  it('works with HELLO, and takes over its other options', () => {
    const { login } = oneNode({ default: everything });
    const client = login('HELLO', '2', 'AUTH', 'default', 'default', 'SETNAME', 'me');
    expect(client.replies[0]).toContain('proto 2');
    client.send('CLIENT', 'GETNAME');
    expect(client.replies[1]).toBe('me');
  });

  it('reads large commands afterwards, of the same chunk too', () => {
    const { cluster, access } = oneNode({ default: everything });
    const client = cluster.client(0);
    const value = 'x'.repeat(20_000);
    client.sendBytes(
      `*2\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$20000\r\n${value}\r\n`,
    );
    access.answer();
    cluster.run(10);
    expect(client.replies).toEqual(['OK', 'OK']);
  });

  it('of a client that has gone meanwhile is nobody’s', () => {
    const { cluster, access } = oneNode({ default: everything });
    const client = cluster.client(0);
    client.send('AUTH', 'default');
    client.close();
    access.answer();
    cluster.run(10);
    expect(client.replies).toEqual([]);
  });
});

describe('rights', () => {
  const permitted = (rights: readonly UserRight[]) => {
    const { login } = oneNode({ someone: rights });
    return commandSpecs
      .filter(({ name }) => name !== 'quit' && name !== 'reset')
      .filter(({ name, arity }) => {
        const client = login('AUTH', 'someone', 'someone');
        client.send(name, ...Array.from({ length: Math.abs(arity) - 1 }, () => 'x'));
        return !(client.replies[1] ?? '').startsWith('NOPERM');
      })
      .map(({ name }) => name);
  };

  it.each([
    [['read'], ['write', 'admin']],
    [['write'], ['readonly', 'admin']],
    [['admin'], ['readonly', 'write']],
    [['read', 'write', 'admin'], []],
  ] as const)('of %s refuse all commands that are %s, and no other', (rights, refused) => {
    const expected = commandSpecs
      .filter(({ name }) => name !== 'quit' && name !== 'reset')
      .filter(({ flags }) => !flags.some((flag) => (refused as readonly string[]).includes(flag)))
      .map(({ name }) => name);
    expect(permitted(rights)).toEqual(expected);
  });

  it('are refused with the words of Redis', () => {
    const { login } = oneNode({ reader: ['read'] });
    const client = login('AUTH', 'reader', 'reader');
    client.send('SET', 'k', 'v');
    client.send('CONFIG', 'GET', 'save');
    client.send('CLIENT', 'KILL', 'ID', '3');
    client.send('CLIENT', 'LIST');
    client.send('CLIENT', 'ID');
    expect(client.replies.slice(1, 5)).toEqual([
      "NOPERM this user has no permissions to run the 'set' command",
      "NOPERM this user has no permissions to run the 'config|get' command",
      "NOPERM this user has no permissions to run the 'client|kill' command",
      "NOPERM this user has no permissions to run the 'client|list' command",
    ]);
    expect(client.replies[5]).toMatch(/^\d+$/);
  });
});

describe('a node without users', () => {
  it('answers AUTH as a Redis without a password does', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
    const client = cluster.client(0);
    client.send('AUTH', 'x');
    client.send('AUTH', 'default', 'x');
    client.send('AUTH', 'joe', 'x');
    client.send('SET', 'k', 'v');
    expect(client.replies).toEqual([
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      'OK',
      wrongPassword,
      'OK',
    ]);
  });
});

describe('ACL', () => {
  it('says who one is, and to an administrator who there is', () => {
    const { login } = oneNode({ default: everything, bob: ['read'] });
    const bob = login('AUTH', 'bob', 'bob');
    for (const words of [['WHOAMI'], ['USERS'], ['LOAD'], ['SETUSER', 'x'], ['NOSUCH'], ['WHOAMI', 'x']])
      bob.send('ACL', ...words);
    expect(bob.replies).toEqual([
      'OK',
      'bob',
      "NOPERM this user has no permissions to run the 'acl|users' command",
      "NOPERM this user has no permissions to run the 'acl|load' command",
      'ERR ACL SETUSER is not supported by rkv: change the users file, then ACL LOAD reads it',
      "ERR unknown subcommand 'NOSUCH'. Try ACL HELP.",
      "ERR wrong number of arguments for 'acl|whoami' command",
    ]);
    const admin = login('AUTH', 'default');
    admin.send('ACL', 'USERS');
    expect(admin.replies).toEqual(['OK', 'bob default']);
  });

  it('takes new users at once: rights change, and who would not get in is shut out', () => {
    const rights: Rights = { default: everything, bob: ['read'], eve: everything };
    const { cluster, access, login } = oneNode(rights);
    const [admin, bob, eve] = [
      login('AUTH', 'default'),
      login('AUTH', 'bob', 'bob'),
      login('AUTH', 'eve', 'eve'),
    ];
    const load = () => {
      admin.send('ACL', 'LOAD');
      access.answer();
      cluster.run(10);
    };
    rights.broken = [];
    delete rights.eve;
    load();
    expect(admin.replies.at(-1)).toBe('ERR The users; file is wrong.');
    expect(eve.isClosed).toBe(false);
    delete rights.broken;
    rights.bob = ['write'];
    load();
    expect(admin.replies.at(-1)).toBe('OK');
    expect(eve.isClosed).toBe(true);
    bob.send('GET', 'k');
    bob.send('SET', 'k', 'v');
    cluster.run(10);
    expect(bob.replies.slice(-2)).toEqual([
      "NOPERM this user has no permissions to run the 'get' command",
      'OK',
    ]);
  });
});
