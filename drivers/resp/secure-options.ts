// How a driver talks to a server that serves TLS: which authority it trusts, and the certificate that it has itself.
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { z } from 'zod';

const file = z.string().min(1);
/** `true`, or the files in PEM; `serverName` is the name in the server's certificate where it is not the host. */
export const tlsSetting = z.union([
  z.boolean(),
  z
    .strictObject({
      ca: file.optional(),
      cert: file.optional(),
      key: file.optional(),
      serverName: z.string().min(1).optional(),
    })
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together'),
]);

export interface SecureOptions {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly serverName?: string | undefined;
}

/** Undefined for a connection that is not encrypted; rejects with one sentence when a file cannot be read. */
export async function secureOptionsOf(
  setting: z.output<typeof tlsSetting> | undefined,
): Promise<SecureOptions | undefined> {
  if (setting === undefined || setting === false) return undefined;
  if (setting === true) return {};
  const { ca, cert, key, serverName } = setting;
  return { ca: await read(ca), cert: await read(cert), key: await read(key), serverName };
}

/** What a client says it wants to talk to: a name, and nothing for an address, which has no place there. */
export function serverNameOf(host: string, { serverName = host }: SecureOptions): { servername?: string } {
  return isIP(serverName) === 0 ? { servername: serverName } : {};
}

async function read(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  return readFile(path).catch((error: Error) => {
    throw new Error(`the file ${path} of tls cannot be read: ${error.message}`);
  });
}
