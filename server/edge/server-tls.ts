/**
 * The certificate of a server, and the authority by which it knows others: read from files in PEM, and tried before
 * anything listens. Clients are served with it; where links are encrypted too, both ends must have one of the same
 * authority.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { ServerError } from '../server-error.js';

/** Older ones are broken. */
export const tlsVersionMin = 'TLSv1.2';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Certificates of the authority that others' certificates must be of. */
  readonly ca?: string | undefined;
  /** Clients must have a certificate of the authority. */
  readonly clientAuth: boolean;
  /** Links between nodes are encrypted as well, and both ends must have a certificate. */
  readonly cluster: boolean;
}

export interface ServerTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  readonly clientAuth: boolean;
  readonly cluster: boolean;
}

/** Rejects with a ServerError that names the file that is wrong, and shows nothing of it. */
export async function readServerTls({ cert, key, ca, clientAuth, cluster }: TlsFiles): Promise<ServerTls> {
  if (ca === undefined && (clientAuth || cluster))
    throw mistake(
      `${clientAuth ? '--tls-client-auth' : '--tls-cluster'} needs --tls-ca FILE: the authority whose certificates are trusted.`,
    );
  const [certBytes, keyBytes, caBytes] = await Promise.all([
    readPem('--tls-cert', cert),
    readPem('--tls-key', key),
    ca === undefined ? undefined : readPem('--tls-ca', ca),
  ]);
  check(`--tls-cert ${cert}: this is no certificate in PEM`, () => new X509Certificate(certBytes));
  if (caBytes !== undefined)
    check(`--tls-ca ${ca}: this is no certificate in PEM`, () => new X509Certificate(caBytes));
  check(`--tls-key ${key}: this is no key in PEM, or not the one of ${cert}`, () =>
    createSecureContext({ cert: certBytes, key: keyBytes, ca: caBytes }),
  );
  return { cert: certBytes, key: keyBytes, ca: caBytes, clientAuth, cluster };
}

/** What a client says it wants to talk to: a name, and nothing for an address, which has no place there. */
export function serverNameOf(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

async function readPem(flag: string, path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw mistake(`${flag} ${path} cannot be read: ${error.message}.`);
  });
}

function check(told: string, tried: () => unknown): void {
  try {
    tried();
  } catch (cause) {
    throw mistake(`${told} (${(cause as Error).message}).`);
  }
}

function mistake(message: string): ServerError {
  return new ServerError('bad-tls', message, { definite: true });
}
