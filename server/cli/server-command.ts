/**
 * `rkv server`: one server, alone until it joins others with `rkv admin join`, or as a member of a cluster whose
 * members are all given at the start.
 */
import type { CommandModule } from 'yargs';
import { logLines } from '../edge/log-lines.js';
import { ServerError } from '../server-error.js';
import { startServer } from '../start-server.js';
import { type PreparedServer, prepareServer } from './prepare-server.js';
import { readServerConfig } from './read-server-config.js';
import {
  checkGivenOnce,
  flagsWithoutDefaults,
  type GivenSettings,
  type ServerSettings,
  settingsOf,
} from './server-flags.js';
import { settingsText } from './settings-text.js';
import { untilSignal } from './until-signal.js';

export interface ServerArguments extends GivenSettings {
  config: string | undefined;
  checkConfig: boolean;
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
        config: {
          type: 'string',
          nargs: 1,
          describe: 'a file of these flags, YAML or JSON, as keys in camel case; flags given here count more',
        },
        'check-config': {
          type: 'boolean',
          default: false,
          describe:
            'find what is wrong with the flags and all files that they name, print the settings, and end',
        },
        ...flagsWithoutDefaults,
      })
      .example('$0 server --metrics-port 9101', 'with /metrics, /health/live and /health/ready')
      .example(
        '$0 server --config node1.yaml --check-config',
        'what a configuration comes to, or what is wrong',
      )
      .example('$0 server --port 7001', 'one node, which any Redis client can talk to')
      .example(
        '$0 server --name node1@127.0.0.1 --port 7001 --member node1@127.0.0.1=127.0.0.1:7001/8001 --member node2@127.0.0.1=127.0.0.1:7002/8002',
        'one of two members; start the other one likewise',
      ) as never,
  handler: runServer,
};

async function runServer({ config, checkConfig, ...given }: ServerArguments): Promise<void> {
  checkGivenOnce({ config, checkConfig, ...given });
  const said = settingsOf(given, config === undefined ? {} : await readServerConfig(config));
  const settings = { ...said, linkPort: said.linkPort ?? (said.port === 0 ? 0 : said.port + linkPortOffset) };
  const prepared = await prepareServer(settings);
  if (checkConfig) process.stdout.write(settingsText({ ...settings, ...prepared.quorum }, process.env));
  else await serve(settings, prepared);
}

async function serve(
  settings: ServerSettings & { linkPort: number },
  prepared: PreparedServer,
): Promise<void> {
  const { name, host, port, linkPort } = settings;
  const { limits, quorum, readUsers, members: given, ...parts } = prepared;
  const server = await startServer({
    ...parts,
    log: logLines(name, { level: settings.logLevel, format: settings.logFormat }),
    name,
    host,
    clientPort: port,
    linkPort,
    metricsPort: settings.metricsPort,
    readUsers,
    trustedNetwork: settings.trustedNetwork,
    clientsMax: limits.clientsMax,
  });
  try {
    const { clientPort, linkPort: boundLinkPort } = server;
    const self = { name, host: reachableHost(host, name), clientPort, linkPort: boundLinkPort };
    const isAlone = given.length === 0;
    const members = isAlone ? [self] : given;
    const clusterId = settings.clusterId ?? (isAlone ? undefined : 'local');
    await server.begin({
      ...(clusterId === undefined ? {} : { clusterId }),
      ...(settings.ringSize === undefined ? {} : { ringSize: settings.ringSize }),
      quorum,
      consistency: settings.consistency,
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

/** Where others find a server that listens on all addresses: at the host in its name. */
function reachableHost(host: string, name: string): string {
  return host === '0.0.0.0' || host === '::' ? name.slice(name.indexOf('@') + 1) : host;
}
