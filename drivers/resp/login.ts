// Who a driver is at a server that speaks RESP: the user by name, the password from a file or an environment
// variable, since a password in a configuration would be in the results of the run.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { tlsSetting } from './secure-options.js';

export interface Login {
  /** Absent: the server's default user. */
  readonly user?: string;
  readonly password: string;
}

export const loginSettings = z.strictObject({
  user: z.string().min(1).optional(),
  passwordFile: z.string().min(1).optional(),
  tls: tlsSetting.optional(),
});

/** Undefined without a password; rejects with one sentence when the settings do not go together. */
export async function loginOf(
  settings: z.output<typeof loginSettings>,
  variables: { readonly user?: string; readonly password: string },
): Promise<Login | undefined> {
  const user = settings.user ?? variableOf(variables.user);
  const password =
    settings.passwordFile === undefined
      ? variableOf(variables.password)
      : await readPasswordFile(settings.passwordFile);
  if (password === undefined) {
    if (settings.user === undefined) return undefined;
    const told = `set ${variables.password}, or name a file with --password-file`;
    throw new Error(`the user ${settings.user} needs a password: ${told}`);
  }
  return user === undefined ? { password } : { user, password };
}

/** The commands that a connection begins with: each must be answered before it is used. */
export function greetingsOf(login: Login | undefined): readonly Buffer[] {
  if (login === undefined) return [commandOf('PING')];
  const { user, password } = login;
  return [
    user === undefined ? commandOf('AUTH', password) : commandOf('AUTH', user, password),
    commandOf('PING'),
  ];
}

/** What to do about a refusal, if it concerns the login. */
export function loginHint(error: string): string {
  if (!/^(NOAUTH|WRONGPASS)/.test(error)) return '';
  return ' Set RKV_PASSWORD (driver redis: REDISCLI_AUTH) or --password-file, and --user where it is not the default one.';
}

async function readPasswordFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`the password file ${path} cannot be read: ${error.message}`);
  });
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new Error(`the password file ${path} is empty`);
  return password;
}

function variableOf(name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : process.env[name];
  return value === '' ? undefined : value;
}

function commandOf(...words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}
