/**
 * What the settings of `rkv server` come to, with the files that they name read: all that can be wrong before a port
 * is opened or a data directory touched, and all of it told at once.
 */
import { type ClusterSecret, readClusterSecret } from '../edge/cluster-secret.js';
import { checkPort } from '../edge/listen.js';
import type { DataOptions } from '../edge/node-storage.js';
import { checkProtection } from '../edge/protected-mode.js';
import type { ServerTls } from '../edge/server-tls.js';
import { readServiceLimits, type SetLimits } from '../edge/service-limits.js';
import { readUsersFile, type User, userWithPassword } from '../edge/users.js';
import { type Quorum, quorumMistake } from '../request/index.js';
import { checkedRingSize, nodeName, RingError } from '../ring/index.js';
import { ServerError } from '../server-error.js';
import type { ServerMember } from '../start-server.js';
import { dataOf } from './data-flags.js';
import { parseMember } from './member-flag.js';
import { quorumOf } from './quorum-flags.js';
import type { ServerSettings } from './server-flags.js';
import { serverTlsOf } from './tls-flags.js';

export interface PreparedServer {
  readonly data: DataOptions | undefined;
  readonly limits: SetLimits;
  /** Undefined if nobody needs to log in. */
  readonly users: readonly User[] | undefined;
  readonly readUsers: (() => Promise<readonly User[]>) | undefined;
  readonly clusterSecret: ClusterSecret | undefined;
  readonly tls: ServerTls | undefined;
  /** Empty for a server that begins alone. */
  readonly members: readonly ServerMember[];
  readonly quorum: Quorum;
}

/** Rejects with a ServerError, or RingError, that has a line for each mistake. */
export async function prepareServer(settings: ServerSettings): Promise<PreparedServer> {
  const mistakes: (ServerError | RingError)[] = [];
  const attempt = async <Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ServerError || error instanceof RingError)) throw error;
      mistakes.push(error);
      return undefined;
    }
  };
  const { users: usersFile, name, host, ringSize, trustedNetwork, dataDir, acceptLoss } = settings;
  const { linkPort, metricsPort } = settings;
  await attempt(() => nodeName(name));
  // One that follows from another is wrong with it, and told once.
  for (const port of Number.isNaN(settings.port) ? [settings.port] : [settings.port, linkPort, metricsPort])
    if (port !== undefined) await attempt(() => checkPort(port));
  await attempt(() => ringSize === undefined || checkedRingSize(ringSize));
  const data = await attempt(() => dataOf(settings));
  const limits = await attempt(() => readServiceLimits(settings.limit));
  const members = await attempt(() => membersOf(settings));
  const quorum = await attempt(() => checkedQuorum(settings));
  const users = await attempt(() => usersOf(usersFile));
  const clusterSecret = await attempt(() => readClusterSecret(settings.clusterSecretFile));
  const tls = await attempt(() => serverTlsOf(settings));
  // What could not be read is no reason to say that it was not given.
  if (mistakes.length === 0)
    await attempt(() =>
      checkProtection({
        host,
        clientsAreKnown: users !== undefined || tls?.clientAuth === true,
        linksAreTrusted: trustedNetwork || clusterSecret !== undefined || tls?.cluster === true,
      }),
    );
  const [first, ...more] = mistakes;
  if (first !== undefined) {
    if (more.length === 0) throw first;
    const message = mistakes.map((mistake) => mistake.message).join('\n');
    throw new ServerError('bad-config', message, { definite: true, cause: first });
  }
  return {
    data: dataDir === undefined || data === undefined ? undefined : { ...data, acceptLoss },
    limits: limits!,
    users,
    readUsers: usersFile === undefined ? undefined : () => readUsersFile(usersFile),
    clusterSecret,
    tls,
    members: members!,
    quorum: quorum!,
  };
}

function membersOf({ member, name }: ServerSettings): ServerMember[] {
  const members = member.map(parseMember);
  if (members.length > 0 && !members.some((one) => one.name === name))
    throw new ServerError('bad-members', `${name} is not among the members it was given.`, {
      definite: true,
    });
  return members;
}

function checkedQuorum(settings: ServerSettings): Quorum {
  const quorum = quorumOf(settings);
  const mistake = quorumMistake(quorum);
  if (mistake !== undefined) throw new ServerError('bad-quorum', mistake, { definite: true });
  return quorum;
}

async function usersOf(file: string | undefined): Promise<User[] | undefined> {
  if (file !== undefined) return await readUsersFile(file);
  const { RKV_PASSWORD: password } = process.env;
  return password === undefined || password === '' ? undefined : [await userWithPassword(password)];
}
