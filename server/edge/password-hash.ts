/**
 * Passwords as they are kept: scrypt (RFC 7914) with a salt of their own, in one line that says with which
 * parameters, so that they can be raised without asking anybody for a new password.
 *
 *   scrypt:16384:8:1:<salt in base64url>:<key in base64url>        cost N, block size r, parallelism p
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export interface PasswordHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** 16 MiB and about 50 ms for each check: what a login may cost, and what each guess costs. */
const [cost, blockSize, parallelism] = [16_384, 8, 1];
const [saltBytes, keyBytes] = [16, 32];
/** A file must not make each login cost gigabytes. */
const [costMax, blockSizeMax, parallelismMax] = [2 ** 17, 16, 4];

/** The line for a new password. */
export async function hashPassword(password: Buffer): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, { cost, blockSize, parallelism, salt }, keyBytes);
  return ['scrypt', cost, blockSize, parallelism, salt.toString('base64url'), key.toString('base64url')].join(
    ':',
  );
}

/** Undefined if the line is none that `hashPassword` writes. */
export function parsePasswordHash(line: string): PasswordHash | undefined {
  const match = /^scrypt:(\d{1,6}):(\d{1,2}):(\d):([\w-]{16,64}):([\w-]{43,86})$/.exec(line);
  if (match === null) return undefined;
  const [cost, blockSize, parallelism] = match.slice(1, 4).map(Number) as [number, number, number];
  const isPowerOfTwo = cost > 1 && (cost & (cost - 1)) === 0;
  if (!isPowerOfTwo || cost > costMax || blockSize < 1 || blockSize > blockSizeMax) return undefined;
  if (parallelism < 1 || parallelism > parallelismMax) return undefined;
  const [salt, key] = [match[4]!, match[5]!].map((text) => Buffer.from(text, 'base64url')) as [
    Buffer,
    Buffer,
  ];
  return { cost, blockSize, parallelism, salt, key };
}

/** Whether a password is the one of a hash; in a thread of the pool, and in the same time for any other one. */
export async function isPassword(password: Buffer, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash, hash.key.length), hash.key);
}

/** A hash that no password has, with the cost of a new one: to check against where there is no user. */
export function impossibleHash(): PasswordHash {
  return { cost, blockSize, parallelism, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) };
}

function derive(
  password: Buffer,
  { cost, blockSize, parallelism, salt }: Omit<PasswordHash, 'key'>,
  bytes: number,
): Promise<Buffer> {
  const maxmem = 128 * blockSize * (cost + parallelism) * 2;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { cost, blockSize, parallelization: parallelism, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
