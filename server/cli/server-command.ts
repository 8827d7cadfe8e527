/**
 * `rkv server`: one server, alone until it joins others with `rkv admin join`, or as a member of a cluster whose
 * members are all given at the start.
 */
import type { CommandModule } from 'yargs';
import { readClusterSecret } from '../edge/cluster-secret.js';
import { type LogFormat, type LogLevel, logFormats, logLevels, logLines } from '../edge/log-lines.js';
import { readServiceLimits, serviceLimits } from '../edge/service-limits.js';
import { readUsersFile, type User, userWithPassword } from '../edge/users.js';
import type { Consistency } from '../request/index.js';
import { ServerError } from '../server-error.js';
import { startServer } from '../start-server.js';
import { type DataArguments, dataFlags, dataOf } from './data-flags.js';
import { parseMember } from './member-flag.js';
import { quorumFlags, quorumOf } from './quorum-flags.js';
import { serverTlsFlags, serverTlsOf } from './tls-flags.js';
import { untilSignal } from './until-signal.js';

export interface ServerArguments extends DataArguments {
  acceptLoss: boolean;
  logLevel: LogLevel;
  logFormat: LogFormat;
  name: string;
  host: string;
  port: number;
  linkPort: number | undefined;
  metricsPort: number | undefined;
  users: string | undefined;
  trustedNetwork: boolean;
  limit: string[];
  clusterSecretFile: string | undefined;
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  tlsCa: string | undefined;
  tlsClientAuth: boolean;
  tlsCluster: boolean;
  clusterId: string | undefined;
  member: string[];
  ringSize: number | undefined;
  n: number;
  r: number | undefined;
  w: number | undefined;
  consistency: Consistency;
}

const linkPortOffset = 1000;
/** Long enough for people to start the other members by hand. */
const readyTimeoutMs = 24 * 3600 * 1000;

export const serverCommand: CommandModule<object, ServerArguments> = {
  command: 'server',
  describe: 'Start one server, a cluster of one node until it joins others (rkv admin join)',
  builder: (yargs) =>
    yargs
      .options({
        name: { type: 'string', default: 'node1@127.0.0.1', describe: 'the name of this node, name@host' },
        host: { type: 'string', default: '127.0.0.1', describe: 'the address to listen on' },
        port: { type: 'number', default: 7001, describe: 'the port for clients; 0 takes a free one' },
        'link-port': { type: 'number', describe: 'the port for other nodes [default: port + 1000]' },
        'metrics-port': {
          type: 'number',
          describe: 'serve Prometheus metrics and health over HTTP on this port; 0 takes a free one',
        },
        users: {
          type: 'string',
          describe:
            'a file of the users who may log in, read again on SIGHUP and ACL LOAD; without it the password in RKV_PASSWORD, or nobody needs to',
        },
        'cluster-secret-file': {
          type: 'string',
          describe:
            'a file with what all nodes of the cluster know and prove to each other [default: what RKV_CLUSTER_SECRET has, or nothing]',
        },
        ...serverTlsFlags,
        'trusted-network': {
          type: 'boolean',
          default: false,
          describe:
            'nobody else reaches the port for other nodes; needed beyond loopback without a secret or --tls-cluster',
        },
        limit: {
          type: 'string',
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: `NAME=NUMBER, may be given several times: ${serviceLimits.map((limit) => `${limit.name} (${limit.default})`).join(', ')}`,
        },
        'cluster-id': {
          type: 'string',
          describe: 'nodes of another cluster are refused [default: one of its own, or local with --member]',
        },
        member: {
          type: 'string',
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: 'a member, name=host:clientPort/linkPort; give all of them, this one included',
        },
        ...quorumFlags,
        ...dataFlags,
        'log-level': {
          choices: logLevels,
          default: 'info' as const,
          describe: 'the least of the events that are logged to standard error',
        },
        'log-format': {
          choices: logFormats,
          default: 'json' as const,
          describe: 'a line of JSON for each event, or of text',
        },
        'accept-loss': {
          type: 'boolean',
          default: false,
          describe: 'with --data-dir, start although the disk has lost acknowledged writes',
        },
      })
      .example('$0 server --metrics-port 9101', 'with /metrics, /health/live and /health/ready')
      .example('$0 server --port 7001', 'one node, which any Redis client can talk to')
      .example(
        '$0 server --name node1@127.0.0.1 --port 7001 --member node1@127.0.0.1=127.0.0.1:7001/8001 --member node2@127.0.0.1=127.0.0.1:7002/8002',
        'one of two members; start the other one likewise',
      ) as never,
  handler: runServer,
};

async function runServer(args: ServerArguments): Promise<void> {
  const { name, host, port, linkPort = port === 0 ? 0 : port + linkPortOffset } = args;
  const data = dataOf(args);
  const limits = readServiceLimits(args.limit);
  const users = await usersOf(args.users);
  const { users: usersFile } = args;
  const readUsers = usersFile === undefined ? undefined : () => readUsersFile(usersFile);
  const server = await startServer({
    log: logLines(name, { level: args.logLevel, format: args.logFormat }),
    name,
    host,
    clientPort: port,
    linkPort,
    metricsPort: args.metricsPort,
    users,
    readUsers,
    trustedNetwork: args.trustedNetwork,
    clientsMax: limits.clientsMax,
    clusterSecret: await readClusterSecret(args.clusterSecretFile),
    tls: await serverTlsOf(args),
    data: data && { ...data, acceptLoss: args.acceptLoss },
  });
  try {
    const { clientPort, linkPort: boundLinkPort } = server;
    const self = { name, host: reachableHost(host, name), clientPort, linkPort: boundLinkPort };
    const isAlone = args.member.length === 0;
    const members = isAlone ? [self] : args.member.map(parseMember);
    const clusterId = args.clusterId ?? (isAlone ? undefined : 'local');
    await server.begin({
      ...(clusterId === undefined ? {} : { clusterId }),
      ...(args.ringSize === undefined ? {} : { ringSize: args.ringSize }),
      quorum: quorumOf(args),
      consistency: args.consistency,
      limits: limits.node,
      members,
    });
    // Without a users file SIGHUP is what it always is: the end of the terminal, and of its programs.
    if (readUsers !== undefined) process.on('SIGHUP', () => server.reloadUsers());
    const others = members.length - 1;
    process.stdout.write(`${name} serves clients on ${host}:${server.clientPort}\n`);
    if (server.metricsPort !== undefined)
      process.stdout.write(
        `${name} tells metrics at http://${reachableHost(host, name)}:${server.metricsPort}/metrics\n`,
      );
    if (others > 0)
      process.stdout.write(`${name} waits for ${others} other members on ${host}:${server.linkPort}\n`);
    const signal = untilSignal();
    const isReady = server.ready(readyTimeoutMs).then(() => 'ready' as const);
    const ended = Promise.race([signal, server.failed]);
    if (others > 0 && (await Promise.race([isReady, ended])) === 'ready')
      process.stdout.write(`${name} sees all ${members.length} members\n`);
    const why = await ended;
    if (why instanceof ServerError) throw why;
    process.stdout.write(`${name} answers what it has begun, and ends; once more ${why} ends it at once\n`);
    await server.drain();
  } finally {
    await server.stop();
  }
  process.exit(0);
}

/** Undefined if nobody needs to log in. */
async function usersOf(file: string | undefined): Promise<User[] | undefined> {
  if (file !== undefined) return await readUsersFile(file);
  const { RKV_PASSWORD: password } = process.env;
  return password === undefined || password === '' ? undefined : [await userWithPassword(password)];
}

/** Where others find a server that listens on all addresses: at the host in its name. */
function reachableHost(host: string, name: string): string {
  return host === '0.0.0.0' || host === '::' ? name.slice(name.indexOf('@') + 1) : host;
}
