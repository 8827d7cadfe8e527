/**
 * Who may do what. A node without `Access` lets every client do everything; with it a client may do nothing but
 * log in, and then what its user may. Rights are bits, so that a command costs one load and one comparison.
 */
import type { CommandSpec } from './command-specs.js';

/** The bits of rights. Each user that has logged in is `known`, whatever else it may. */
export const right = { known: 1, read: 2, write: 4, admin: 8 } as const;
export const allRights = right.known | right.read | right.write | right.admin;

export const userRights = ['read', 'write', 'admin'] as const;
export type UserRight = (typeof userRights)[number];

/** Who a client is that names no user, as in Redis. */
export const defaultUser = 'default';

export type LoginResult =
  /** `account` tells this login from those of before a change of the user's password. */
  | { readonly kind: 'known'; readonly rights: number; readonly account: number }
  /** There is no such user, or the password is wrong: which of the two is told to nobody. */
  | { readonly kind: 'wrong' }
  /** Too many logins wait. */
  | { readonly kind: 'busy' };

/** Knows the users; how passwords are kept and checked is the edge's. */
export interface Access {
  /**
   * Checks a password, and calls back once: later, and never within this call. The check must take as long for
   * a user that does not exist. `password` is the callee's.
   */
  verify(user: string, password: Buffer, done: (result: LoginResult) => void): void;
  /** What somebody who has logged in may now; undefined if the user is gone, or has another password. */
  rightsNow(user: string, account: number): number | undefined;
  userNames(): readonly string[];
  /**
   * Reads the users anew, and calls back once, later: with undefined, or with a sentence that says why the old ones
   * stay. Absent where they are written nowhere.
   */
  readonly reload?: ((done: (mistake: string | undefined) => void) => void) | undefined;
}

/** The bits of some rights, as somebody who has logged in has them. */
export function rightsOf(names: readonly UserRight[]): number {
  return names.reduce<number>((bits, name) => bits | right[name], right.known);
}

/** What somebody must have to run a command; 0 for what is served before a login. */
export function rightsNeeded({ name, flags }: CommandSpec): number {
  if (servedToAll.has(name)) return 0;
  if (flags.includes('admin')) return right.known | right.admin;
  if (flags.includes('write')) return right.known | right.write;
  if (flags.includes('readonly')) return right.known | right.read;
  return right.known;
}

/** What Redis serves before a login. */
const servedToAll: ReadonlySet<string> = new Set(['auth', 'hello', 'quit', 'reset']);

export const notLoggedInText = 'NOAUTH Authentication required.';

/** `name` as Redis writes it: `get`, or `client|kill`. */
export function notPermittedText(name: string): string {
  return `NOPERM this user has no permissions to run the '${name}' command`;
}
