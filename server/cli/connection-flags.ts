/**
 * The flags of every command that talks to a server: where it is, and who to be there. A password in an argument
 * would be in every list of processes: it comes from RKV_PASSWORD, or from a file.
 */
import { readFile } from 'node:fs/promises';
import type { ClientOptions, ClientTls, Login } from '../client/index.js';
import { defaultUser } from '../node/index.js';
import { ServerError } from '../server-error.js';

export interface ConnectionArguments {
  host: string;
  port: number;
  user: string | undefined;
  passwordFile: string | undefined;
  tls: boolean;
  tlsCa: string | undefined;
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  tlsServerName: string | undefined;
}

export const connectionFlags = {
  host: { type: 'string', default: '127.0.0.1', describe: 'the address of any node' },
  port: { type: 'number', default: 7001, describe: 'its port for clients' },
  user: {
    type: 'string',
    describe: `who to log in as, with the password in RKV_PASSWORD [default: RKV_USER, or ${defaultUser}]`,
  },
  'password-file': { type: 'string', describe: 'a file with the password, in place of RKV_PASSWORD' },
  tls: {
    type: 'boolean',
    default: false,
    describe: 'the server serves TLS; any of the following says so too',
  },
  'tls-ca': {
    type: 'string',
    describe: 'certificates of the authority to trust [default: those of Node.js]',
  },
  'tls-cert': { type: 'string', describe: 'a certificate of your own, where the server wants one' },
  'tls-key': { type: 'string', describe: 'its key' },
  'tls-server-name': {
    type: 'string',
    describe: "the name in the server's certificate, where it is not the host",
  },
} as const;

/** Rejects with a ServerError if the flags do not go together, or a file cannot be read. */
export async function connectionOf(given: ConnectionArguments): Promise<ClientOptions> {
  const { host, port } = given;
  return { host, port, login: await loginOf(given), tls: await tlsOf(given) };
}

/** Undefined if there is no password. */
async function loginOf({ user, passwordFile }: ConnectionArguments): Promise<Login | undefined> {
  const { RKV_USER, RKV_PASSWORD } = process.env;
  const password = passwordFile === undefined ? RKV_PASSWORD : await readPasswordFile(passwordFile);
  const hasPassword = password !== undefined && password !== '';
  if (!hasPassword && user !== undefined)
    throw mistake(`--user ${user} needs a password: set RKV_PASSWORD, or name a file with --password-file.`);
  if (!hasPassword) return undefined;
  return { user: user ?? (RKV_USER === undefined || RKV_USER === '' ? defaultUser : RKV_USER), password };
}

async function tlsOf(given: ConnectionArguments): Promise<ClientTls | undefined> {
  const { tls, tlsCa, tlsCert, tlsKey, tlsServerName } = given;
  const isAsked = tls || [tlsCa, tlsCert, tlsKey, tlsServerName].some((flag) => flag !== undefined);
  if (!isAsked) return undefined;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new ServerError('bad-tls', '--tls-cert and --tls-key go together: give both.', { definite: true });
  const read = async (flag: string, path: string | undefined) =>
    path === undefined
      ? undefined
      : readFile(path).catch((error: Error) => {
          throw new ServerError('bad-tls', `${flag} ${path} cannot be read: ${error.message}.`, {
            definite: true,
          });
        });
  const [ca, cert, key] = [
    await read('--tls-ca', tlsCa),
    await read('--tls-cert', tlsCert),
    await read('--tls-key', tlsKey),
  ];
  return { ca, cert, key, serverName: tlsServerName };
}

/** All of the file but one line end. */
async function readPasswordFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw mistake(`The password file ${path} cannot be read: ${error.message}.`);
  });
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw mistake(`The password file ${path} is empty: write the password into it.`);
  return password;
}

function mistake(message: string): ServerError {
  return new ServerError('bad-users', message, { definite: true });
}
