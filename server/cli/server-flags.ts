/**
 * The flags of `rkv server`, what each is when nobody says, and the settings that come of them: a flag on the command
 * line is stronger than the configuration file, and that is stronger than the default.
 */
import { type LogFormat, type LogLevel, logFormats, logLevels } from '../edge/log-lines.js';
import { serviceLimits } from '../edge/service-limits.js';
import type { Consistency } from '../request/index.js';
import { ServerError } from '../server-error.js';
import { type DataArguments, dataFlags } from './data-flags.js';
import { quorumFlags } from './quorum-flags.js';
import { type ServerTlsArguments, serverTlsFlags } from './tls-flags.js';

export interface ServerSettings extends DataArguments, ServerTlsArguments {
  name: string;
  host: string;
  port: number;
  linkPort: number | undefined;
  metricsPort: number | undefined;
  users: string | undefined;
  clusterSecretFile: string | undefined;
  trustedNetwork: boolean;
  limit: readonly string[];
  clusterId: string | undefined;
  member: readonly string[];
  ringSize: number | undefined;
  n: number;
  r: number | undefined;
  w: number | undefined;
  consistency: Consistency;
  logLevel: LogLevel;
  logFormat: LogFormat;
  acceptLoss: boolean;
}

/** What is said on the command line, or in a file. */
export type GivenSettings = { [Key in keyof ServerSettings]?: ServerSettings[Key] | undefined };

export const serverFlags = {
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
    default: [] as readonly string[],
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
    default: [] as readonly string[],
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
} as const;

interface Flag {
  readonly default?: unknown;
  readonly [option: string]: unknown;
}

const flags: readonly (readonly [string, Flag])[] = Object.entries(serverFlags);

/** For yargs, which says what the defaults are but leaves undefined what is not given. */
export const flagsWithoutDefaults = Object.fromEntries(
  flags.map(([name, { default: value, ...flag }]) => [
    name,
    value === undefined ? flag : { ...flag, defaultDescription: JSON.stringify(value) },
  ]),
);

/** `link-port` is the key `linkPort`. */
export function keyOfFlag(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Throws a ServerError if a flag that counts once is given several times: yargs makes a list of it. */
export function checkGivenOnce(given: Readonly<Record<string, unknown>>): void {
  const once = flags.filter(([, { array }]) => array !== true).map(([name]) => name);
  const mistakes = ['config', 'check-config', ...once].flatMap((name) => {
    const value = given[keyOfFlag(name)];
    const flag = name.length === 1 ? `-${name}` : `--${name}`;
    return Array.isArray(value) ? [`${flag} is given ${value.length} times: give it once.`] : [];
  });
  if (mistakes.length > 0) throw new ServerError('bad-config', mistakes.join('\n'), { definite: true });
}

/** Of a limit that both name the command line's counts; members are those of the one or of the other. */
export function settingsOf(given: GivenSettings, file: GivenSettings): ServerSettings {
  const settings: Record<string, unknown> = {};
  for (const [name, flag] of flags) {
    const key = keyOfFlag(name) as keyof ServerSettings;
    settings[key] = given[key] ?? file[key] ?? flag.default;
  }
  settings.limit = [...(file.limit ?? []), ...(given.limit ?? [])];
  return settings as unknown as ServerSettings;
}
