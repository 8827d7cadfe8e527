/** Certificates for a test, made by openssl for it alone: an authority, and what it has signed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests that need certificates are skipped here; undefined when they are not. */
export const opensslMissing: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

export interface Authority {
  /** Its own certificate. */
  readonly ca: string;
  /** Files of a certificate for some subject alternative names, for example `IP:127.0.0.1`. */
  sign(name: string, alternativeNames: string): { cert: string; key: string };
  remove(): void;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-certificates-'));
  const file = (name: string) => join(folder, name);
  const [ca, caKey] = [file('ca.pem'), file('ca.key')];
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...fresh, '-subj', '/CN=rkv test authority', '-keyout', caKey, '-out', ca);
  return {
    ca,
    sign: (name, alternativeNames) => {
      const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
        file(`${name}.${end}`),
      ) as [string, string, string, string];
      writeFileSync(extensions, `subjectAltName=${alternativeNames}\n`);
      openssl('req', ...fresh.slice(0, 5), '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2'],
        ...['-extfile', extensions, '-out', cert],
      );
      return { cert, key };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')} failed: ${stderr}`);
}
