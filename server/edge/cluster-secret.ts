/**
 * What the nodes of a cluster know and nobody else: who cannot prove that he knows it is no node. The secret itself
 * never travels; what does is HMAC-SHA-256 of what it is to prove, over numbers that both sides have drawn for this
 * one occasion, so that a proof that was overheard proves nothing later, and none can be sent back to its maker.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ServerError } from '../server-error.js';

/** Fewer can be guessed by who has overheard a proof. */
const secretBytesMin = 16;
const secretBytesMax = 4096;
export const nonceBytes = 32;
export const proofBytes = 32;

/** What is proven: each side of a link has its own, and so has the answer to a node that joins. */
export type ProofPurpose = 'rkv link 1, connector' | 'rkv link 1, acceptor' | 'rkv join offer 1';

export class ClusterSecret {
  readonly #key: Buffer;

  constructor(secret: Buffer) {
    this.#key = secret;
  }

  /** Each part goes in behind its length, so that no two lists of parts give one proof. */
  proof(purpose: ProofPurpose, ...parts: readonly Buffer[]): Buffer {
    const hmac = createHmac('sha256', this.#key);
    for (const part of [Buffer.from(purpose), ...parts]) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      hmac.update(length).update(part);
    }
    return hmac.digest();
  }

  /** In the same time for every wrong proof. */
  isProof(proof: Buffer, purpose: ProofPurpose, ...parts: readonly Buffer[]): boolean {
    return proof.length === proofBytes && timingSafeEqual(proof, this.proof(purpose, ...parts));
  }
}

export function freshNonce(): Buffer {
  return randomBytes(nonceBytes);
}

/** A secret for a cluster whose nodes are told it by one launcher. */
export function freshSecretText(): string {
  return randomBytes(32).toString('base64');
}

/** Throws a ServerError if the text is no secret; blanks and line ends around it do not count. */
export function clusterSecretOf(text: string, origin: string): ClusterSecret {
  const secret = Buffer.from(text.trim());
  if (secret.length >= secretBytesMin && secret.length <= secretBytesMax) return new ClusterSecret(secret);
  throw mistake(
    `The cluster secret in ${origin} has ${secret.length} bytes, and must have ${secretBytesMin} to ${secretBytesMax}: make one with openssl rand -base64 32.`,
  );
}

/** The secret of a file, or of RKV_CLUSTER_SECRET; undefined if there is neither. */
export async function readClusterSecret(file: string | undefined): Promise<ClusterSecret | undefined> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw mistake(`The cluster secret file ${file} cannot be read: ${error.message}.`);
    });
    return clusterSecretOf(text, file);
  }
  const { RKV_CLUSTER_SECRET: text } = process.env;
  return text === undefined || text === '' ? undefined : clusterSecretOf(text, 'RKV_CLUSTER_SECRET');
}

function mistake(message: string): ServerError {
  return new ServerError('bad-secret', message, { definite: true });
}
