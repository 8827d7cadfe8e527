/** Who the commands of the command line log in as: a password in an argument would be in every list of processes. */
import type { Login } from '../client/index.js';
import { defaultUser } from '../node/index.js';

/** From RKV_PASSWORD, and RKV_USER where it is not the default user; undefined if there is no password. */
export function loginFromEnvironment(): Login | undefined {
  const { RKV_USER: user, RKV_PASSWORD: password } = process.env;
  if (password === undefined || password === '') return undefined;
  return { user: user === undefined || user === '' ? defaultUser : user, password };
}
