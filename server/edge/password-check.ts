/**
 * Checks the passwords of clients that log in. A guess costs whoever makes it time (scrypt, and a delay), and
 * costs others nothing: a few checks run at once, in threads, and few wait. Whoever has logged in before since
 * the start is known again by a keyed digest of the password, so that a crowd that reconnects gets in, even
 * while somebody guesses.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Access, LoginResult } from '../node/index.js';
import { impossibleHash, isPassword } from './password-hash.js';
import type { User } from './users.js';

export interface LoginLimits {
  /** Passwords that are checked at once; the thread pool has four threads, and the disk needs some. */
  readonly loginsCheckedMax: number;
  /** Logins that wait for that; one more is answered BUSY. */
  readonly loginsWaitingMax: number;
  /** A wrong password is answered so much later, so that one connection makes two guesses a second. */
  readonly loginFailureDelayMs: number;
}

export const loginLimitsDefault: LoginLimits = {
  loginsCheckedMax: 2,
  loginsWaitingMax: 256,
  loginFailureDelayMs: 500,
};

interface Account extends User {
  /** Of the password that was right. */
  digest: Buffer | undefined;
}

interface WaitingLogin {
  /** Undefined if there is no such user. */
  readonly account: Account | undefined;
  readonly password: Buffer;
  readonly digest: Buffer;
  readonly done: (result: LoginResult) => void;
}

export class PasswordCheck implements Access {
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #limits: LoginLimits;
  readonly #nobody = impossibleHash();
  readonly #digestKey = randomBytes(32);
  readonly #waiting: WaitingLogin[] = [];
  #running = 0;

  constructor(users: readonly User[], limits: Partial<LoginLimits> = {}) {
    this.#accounts = new Map(users.map((user) => [user.name, { ...user, digest: undefined }]));
    this.#limits = { ...loginLimitsDefault, ...limits };
  }

  verify(name: string, password: Buffer, done: (result: LoginResult) => void): void {
    const account = this.#accounts.get(name);
    const digest = createHmac('sha256', this.#digestKey).update(password).digest();
    if (account?.digest !== undefined && timingSafeEqual(account.digest, digest)) {
      setImmediate(done, { kind: 'known', rights: account.rights } satisfies LoginResult);
      return;
    }
    if (this.#waiting.length >= this.#limits.loginsWaitingMax) {
      setImmediate(done, { kind: 'busy' } satisfies LoginResult);
      return;
    }
    this.#waiting.push({ account, password, digest, done });
    this.#checkNext();
  }

  #checkNext(): void {
    if (this.#running >= this.#limits.loginsCheckedMax) return;
    const login = this.#waiting.shift();
    if (login === undefined) return;
    this.#running++;
    isPassword(login.password, login.account?.hash ?? this.#nobody)
      .catch(() => false)
      .then((isRight) => {
        this.#running--;
        this.#checkNext();
        this.#answer(login, isRight);
      });
  }

  #answer({ account, digest, done }: WaitingLogin, isRight: boolean): void {
    if (isRight && account !== undefined) {
      account.digest = digest;
      done({ kind: 'known', rights: account.rights });
    } else {
      setTimeout(done, this.#limits.loginFailureDelayMs, { kind: 'wrong' } satisfies LoginResult).unref();
    }
  }
}
