/** The flags of a server's certificate, named as Redis names its settings. */
import { readServerTls, type ServerTls } from '../edge/server-tls.js';
import { ServerError } from '../server-error.js';

export const serverTlsFlags = {
  'tls-cert': { type: 'string', describe: 'serve clients with TLS, by this certificate (PEM)' },
  'tls-key': { type: 'string', describe: 'its key (PEM)' },
  'tls-ca': {
    type: 'string',
    describe: 'the authority that certificates of clients and nodes must be of (PEM)',
  },
  'tls-client-auth': {
    type: 'boolean',
    default: false,
    describe: 'clients must have a certificate of that authority',
  },
  'tls-cluster': {
    type: 'boolean',
    default: false,
    describe:
      'links between nodes use TLS too, with these files; both ends must have a certificate, with the host of the name in it',
  },
} as const;

export interface ServerTlsArguments {
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  tlsCa: string | undefined;
  tlsClientAuth: boolean;
  tlsCluster: boolean;
}

/** Undefined without --tls-cert; rejects with a ServerError on flags that do not go together. */
export async function serverTlsOf(given: ServerTlsArguments): Promise<ServerTls | undefined> {
  const { tlsCert: cert, tlsKey: key, tlsCa: ca, tlsClientAuth: clientAuth, tlsCluster: cluster } = given;
  if (cert !== undefined && key !== undefined) return readServerTls({ cert, key, ca, clientAuth, cluster });
  if (cert === undefined && key === undefined && ca === undefined && !clientAuth && !cluster)
    return undefined;
  throw new ServerError(
    'bad-tls',
    'TLS needs --tls-cert FILE and --tls-key FILE: the certificate of this server, and its key.',
    { definite: true },
  );
}
