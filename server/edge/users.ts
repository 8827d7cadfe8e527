/** Who may log in: read from a file of JSON, or one user with the password of an environment variable. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { defaultUser, rightsOf, userRights } from '../node/index.js';
import { ServerError } from '../server-error.js';
import { hashPassword, type PasswordHash, parsePasswordHash } from './password-hash.js';

export interface User {
  readonly name: string;
  readonly hash: PasswordHash;
  /** Bits of the node's `right`. */
  readonly rights: number;
}

/** More is a directory service. */
const usersMax = 10_000;

const usersFileSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[!-~]{1,64}$/, 'a name is 1 to 64 letters, digits and signs without blanks'),
        password: z.string().transform((line, context) => {
          const hash = parsePasswordHash(line);
          if (hash === undefined) context.addIssue('this is no hash of a password; `rkv password` makes one');
          return hash ?? z.NEVER;
        }),
        rights: z.array(z.enum(userRights)).min(1),
      }),
    )
    .min(1)
    .max(usersMax),
});

/** Rejects with a ServerError that lists everything that is wrong with the file. */
export async function readUsersFile(path: string): Promise<User[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw mistake(`The users file ${path} cannot be read: ${error.message}.`, error);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // The parser's own message shows a piece of the text, which is nobody's business.
    throw mistake(
      `The users file ${path} is no JSON: {"users": [{"name", "password", "rights"}, ...]}.`,
      error,
    );
  }
  const parsed = usersFileSchema.safeParse(json);
  if (!parsed.success)
    throw mistake(`The users file ${path} is wrong:\n${z.prettifyError(parsed.error)}`, parsed.error);
  const users = parsed.data.users.map(({ name, password, rights }) => ({
    name,
    hash: password,
    rights: rightsOf(rights),
  }));
  const twice = users.find(({ name }, index) => users.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw mistake(`The users file ${path} has the user ${twice.name} twice: keep one of them.`);
  return users;
}

/** The user that clients are who name none, with all rights. */
export async function userWithPassword(password: string): Promise<User> {
  const hash = parsePasswordHash(await hashPassword(Buffer.from(password)));
  if (hash === undefined) throw new Error('a hash that was just made cannot be read');
  return { name: defaultUser, hash, rights: rightsOf(userRights) };
}

function mistake(message: string, cause?: unknown): ServerError {
  return new ServerError('bad-users', message, { definite: true, cause });
}
