// crypto_hash: the raw digest of another generator's bytes, by Erlang's names of the algorithms.
import { createHash, getHashes } from 'node:crypto';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { keys, text } from '../parameter.js';
import { transformKeys } from '../transform-keys.js';

/** From Erlang's names to OpenSSL's. */
const algorithms: Readonly<Record<string, string>> = {
  md4: 'md4',
  md5: 'md5',
  ripemd160: 'ripemd160',
  sha: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};

export const cryptoHash: KeyGeneratorDefinition = {
  name: 'crypto_hash',
  about: 'the digest of another generator’s bytes, as raw bytes',
  example: ['crypto_hash', 'sha', ['uniform_int', 100_000]],
  gives: 'converted',
  forms: [[text('algorithm', 'Erlang’s name of it', Object.keys(algorithms)), keys('of', 'what is hashed')]],
  check: (given) => {
    const algorithm = given.text('algorithm');
    return getHashes().includes(algorithms[algorithm]!)
      ? undefined
      : `${algorithm} is not built into this Node.js (OpenSSL counts it as legacy); sha256 is`;
  },
  create: (given) => {
    const algorithm = algorithms[given.text('algorithm')]!;
    const sizeBytes = createHash(algorithm).digest().length;
    return transformKeys(given.keys('of'), {
      sizeBytesMax: () => sizeBytes,
      write: (input, buffer, offset) =>
        offset + createHash(algorithm).update(input).digest().copy(buffer, offset),
    });
  },
};
