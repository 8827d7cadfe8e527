import { describe, expect, it } from 'vitest';
import type { LoginResult } from '../node/index.js';
import { PasswordCheck } from './password-check.js';
import { hashPassword, isPassword, parsePasswordHash } from './password-hash.js';
import { type User, userWithPassword } from './users.js';

const login = (check: PasswordCheck, user: string, password: string) =>
  new Promise<LoginResult>((resolve) => check.verify(user, Buffer.from(password), resolve));

describe('a password hash', () => {
  it('is another one each time, and fits its password alone', async () => {
    const [first, second] = [
      await hashPassword(Buffer.from('secret')),
      await hashPassword(Buffer.from('secret')),
    ];
    expect(first).toMatch(/^scrypt:16384:8:1:/);
    expect(first).not.toBe(second);
    const hash = parsePasswordHash(first)!;
    expect(await isPassword(Buffer.from('secret'), hash)).toBe(true);
    expect(await isPassword(Buffer.from('Secret'), hash)).toBe(false);
  });

  it('is the one of RFC 7914 for its example', async () => {
    const key =
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887';
    const hash = {
      cost: 16_384,
      blockSize: 8,
      parallelism: 1,
      salt: Buffer.from('SodiumChloride'),
      key: Buffer.from(key, 'hex'),
    };
    expect(await isPassword(Buffer.from('pleaseletmein'), hash)).toBe(true);
  });

  it.each([
    '',
    'secret',
    'scrypt:16385:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt:999999:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt:16384:8:9:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt:16384:8:1:short:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('is not read from %j', (line) => expect(parsePasswordHash(line)).toBeUndefined());
});

describe('checking passwords', () => {
  it('knows who has the right one, and nobody else', async () => {
    const check = new PasswordCheck([await userWithPassword('secret')], {
      limits: { loginFailureDelayMs: 1 },
    });
    expect(await login(check, 'default', 'wrong')).toEqual({ kind: 'wrong' });
    expect(await login(check, 'nobody', 'secret')).toEqual({ kind: 'wrong' });
    for (let i = 0; i < 3; i++)
      expect(await login(check, 'default', 'secret')).toEqual({ kind: 'known', rights: 15, account: 1 });
    expect(await login(check, 'default', 'wrong')).toEqual({ kind: 'wrong' });
  });

  it('lets those in who were in before, while somebody guesses, and lets few guesses wait', async () => {
    const limits = { loginsCheckedMax: 1, loginsWaitingMax: 3, loginFailureDelayMs: 1 };
    const check = new PasswordCheck([await userWithPassword('secret')], { limits });
    await login(check, 'default', 'secret');
    const order: string[] = [];
    const guesses = Array.from({ length: 6 }, async (_, i) => {
      const { kind } = await login(check, 'default', `guess ${i}`);
      order.push(kind);
    });
    expect(await login(check, 'default', 'secret')).toEqual({ kind: 'known', rights: 15, account: 1 });
    expect(order).not.toContain('wrong');
    await Promise.all(guesses);
    expect(order.sort()).toEqual(['busy', 'busy', 'wrong', 'wrong', 'wrong', 'wrong']);
  });
  it('takes users anew: who has the same password stays who it is, and nobody else', async () => {
    const [one, two] = [await userWithPassword('one'), await userWithPassword('two')];
    let next: readonly User[] | Error = [];
    const read = async () => {
      if (next instanceof Error) throw next;
      return next;
    };
    const check = new PasswordCheck(
      [
        { ...one, name: 'a' },
        { ...one, name: 'b' },
        { ...one, name: 'c' },
      ],
      { limits: { loginFailureDelayMs: 1 }, read },
    );
    const reload = () => new Promise<string | undefined>((resolve) => check.reload?.(resolve));
    next = new Error('The users file is wrong.');
    expect(await reload()).toBe('The users file is wrong.');
    expect(check.userNames()).toEqual(['a', 'b', 'c']);
    expect(await login(check, 'b', 'one')).toMatchObject({ kind: 'known' });
    next = [
      { ...one, name: 'a', rights: 3 },
      { ...two, name: 'b' },
    ];
    // A password that is being checked meanwhile is one of the users before.
    const late = login(check, 'c', 'one');
    expect(await reload()).toBeUndefined();
    expect(await late).toEqual({ kind: 'wrong' });
    expect([1, 2, 3].map((account) => check.rightsNow('abc'[account - 1]!, account))).toEqual([
      3,
      undefined,
      undefined,
    ]);
    expect(await login(check, 'b', 'one')).toEqual({ kind: 'wrong' });
    expect(await login(check, 'b', 'two')).toEqual({ kind: 'known', rights: 15, account: 4 });
  });
});
