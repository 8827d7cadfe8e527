/**
 * Checks the passwords of clients that log in. A guess costs whoever makes it time (scrypt, and a delay), and
 * costs others nothing: a few checks run at once, in threads, and few wait. Whoever has logged in before since
 * the start is known again by a keyed digest of the password, so that a crowd that reconnects gets in, even
 * while somebody guesses.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Access, LoginResult } from '../node/index.js';
import { impossibleHash, isPassword, type PasswordHash } from './password-hash.js';
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

interface Account {
  /** Another one for each password that a user has had since the start. */
  readonly number: number;
  /** As the users have it now. */
  user: User;
  /** Of the password that was right. */
  digest: Buffer | undefined;
}

/** Where the users are read from again; rejects with a sentence that says what is wrong there. */
type ReadUsers = () => Promise<readonly User[]>;

interface WaitingLogin {
  /** Undefined if there is no such user. */
  readonly account: Account | undefined;
  readonly password: Buffer;
  readonly digest: Buffer;
  readonly done: (result: LoginResult) => void;
}

export class PasswordCheck implements Access {
  #accounts: ReadonlyMap<string, Account> = new Map();
  #accountsMade = 0;
  readonly #limits: LoginLimits;
  readonly #nobody = impossibleHash();
  readonly #digestKey = randomBytes(32);
  readonly #waiting: WaitingLogin[] = [];
  #running = 0;
  /** Present if the users can be read again. */
  readonly reload?: Access['reload'];

  constructor(
    users: readonly User[],
    options: { limits?: Partial<LoginLimits>; read?: ReadUsers | undefined } = {},
  ) {
    this.#limits = { ...loginLimitsDefault, ...options.limits };
    this.#replace(users);
    const { read } = options;
    if (read !== undefined) this.reload = (done) => this.#reload(read, done);
  }

  userNames(): readonly string[] {
    return [...this.#accounts.keys()];
  }

  rightsNow(user: string, number: number): number | undefined {
    const account = this.#accounts.get(user);
    return account?.number === number ? account.user.rights : undefined;
  }

  verify(name: string, password: Buffer, done: (result: LoginResult) => void): void {
    const account = this.#accounts.get(name);
    const digest = createHmac('sha256', this.#digestKey).update(password).digest();
    if (account?.digest !== undefined && timingSafeEqual(account.digest, digest)) {
      setImmediate(done, knownAs(account));
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
    isPassword(login.password, login.account?.user.hash ?? this.#nobody)
      .catch(() => false)
      .then((isRight) => {
        this.#running--;
        this.#checkNext();
        this.#answer(login, isRight);
      });
  }

  #answer({ account, digest, done }: WaitingLogin, isRight: boolean): void {
    // The users may have been read anew meanwhile.
    const isThere = account !== undefined && this.#accounts.get(account.user.name) === account;
    if (isRight && isThere) {
      account.digest = digest;
      done(knownAs(account));
    } else {
      setTimeout(done, this.#limits.loginFailureDelayMs, { kind: 'wrong' } satisfies LoginResult).unref();
    }
  }

  #reload(read: ReadUsers, done: (mistake: string | undefined) => void): void {
    read().then(
      (users) => {
        this.#replace(users);
        done(undefined);
      },
      (error: Error) => done(error.message),
    );
  }

  /** Who has the same password keeps the account, and what is known of it. */
  #replace(users: readonly User[]): void {
    this.#accounts = new Map(
      users.map((user) => {
        const former = this.#accounts.get(user.name);
        if (former === undefined || !isSameHash(former.user.hash, user.hash))
          return [user.name, { number: ++this.#accountsMade, user, digest: undefined }];
        former.user = user;
        return [user.name, former];
      }),
    );
  }
}

function knownAs({ user, number }: Account): LoginResult {
  return { kind: 'known', rights: user.rights, account: number };
}

function isSameHash(one: PasswordHash, other: PasswordHash): boolean {
  return one.salt.equals(other.salt) && one.key.equals(other.key);
}
