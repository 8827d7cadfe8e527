/**
 * The shape of a configuration file of `rkv server`: a key for each flag, and for each what is right in words, since
 * that is what somebody is told who wrote something else.
 */
import { z } from 'zod';
import { portMax } from '../edge/listen.js';
import { logFormats, logLevels } from '../edge/log-lines.js';
import { serviceLimitMax, serviceLimits } from '../edge/service-limits.js';
import { consistencies, replicasMax } from '../request/index.js';
import { isNodeName, ringSizeMax, ringSizeMin } from '../ring/index.js';
import { batchWindowMsMax, durabilities } from './data-flags.js';
import { isMember } from './member-flag.js';
import { keyOfFlag, type ServerSettings, serverFlags } from './server-flags.js';

const path = z.string().min(1);
const port = z.int().min(0).max(portMax);
const answers = z.int().min(1).max(replicasMax);
const limits = z.strictObject(
  Object.fromEntries(
    serviceLimits.map(({ name, least, meaning }) => [
      name,
      z.int().min(least).max(serviceLimitMax).optional().describe(meaning),
    ]),
  ),
);
const isPowerOfTwo = (size: number) => Number.isInteger(Math.log2(size));

type Shape = Record<keyof ServerSettings, z.ZodType>;

const shape = {
  name: z.string().refine(isNodeName),
  host: path,
  port,
  linkPort: port,
  metricsPort: port,
  users: path,
  clusterSecretFile: path,
  tlsCert: path,
  tlsKey: path,
  tlsCa: path,
  tlsClientAuth: z.boolean(),
  tlsCluster: z.boolean(),
  trustedNetwork: z.boolean(),
  limit: limits,
  clusterId: z.string().min(1),
  member: z.array(z.string().refine(isMember)),
  ringSize: z.int().min(ringSizeMin).max(ringSizeMax).refine(isPowerOfTwo),
  n: answers,
  r: answers,
  w: answers,
  consistency: z.enum(consistencies),
  dataDir: path,
  durability: z.enum(durabilities),
  batchWindow: z.int().min(1).max(batchWindowMsMax),
  logLevel: z.enum(logLevels),
  logFormat: z.enum(logFormats),
  acceptLoss: z.boolean(),
} as const satisfies Shape;

const aFile = 'the path of a file, for example';
const aPort = `a port, 0 to ${portMax}, for example`;
const copies = `a whole number from 1 to ${replicasMax}`;

/** What is right for a key. */
export const expectedOf: Readonly<Record<keyof ServerSettings, string>> = {
  name: 'name@host, for example "node1@10.0.0.1"',
  host: 'an address to listen on, for example "127.0.0.1"',
  port: `${aPort} 7001`,
  linkPort: `${aPort} 8001`,
  metricsPort: `${aPort} 9101`,
  users: `${aFile} "users.json"`,
  clusterSecretFile: `${aFile} "secret"`,
  tlsCert: `${aFile} "node1.pem"`,
  tlsKey: `${aFile} "node1.key"`,
  tlsCa: `${aFile} "ca.pem"`,
  tlsClientAuth: 'true or false',
  tlsCluster: 'true or false',
  trustedNetwork: 'true or false',
  limit: 'a number for each name, for example { "clients": 1000 }',
  clusterId: 'a text, for example "orders"',
  member: 'a list of name=host:clientPort/linkPort, for example ["node1@10.0.0.1=10.0.0.1:7001/8001"]',
  ringSize: `a power of two from ${ringSizeMin} to ${ringSizeMax}, for example 64`,
  n: copies,
  r: copies,
  w: copies,
  consistency: `one of ${consistencies.join(', ')}`,
  dataDir: 'the path of a folder, for example "./data"',
  durability: `one of ${durabilities.join(', ')}`,
  batchWindow: `a whole number of milliseconds from 1 to ${batchWindowMsMax}`,
  logLevel: `one of ${logLevels.join(', ')}`,
  logFormat: `one of ${logFormats.join(', ')}`,
  acceptLoss: 'true or false',
};

/** `$schema` is for editors. */
export const serverConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  ...described(),
});

function described(): { [Key in keyof typeof shape]: z.ZodOptional<(typeof shape)[Key]> } {
  const entries = Object.entries(serverFlags).map(([flag, { describe }]) => {
    const key = keyOfFlag(flag) as keyof typeof shape;
    return [key, shape[key].optional().describe(describe)];
  });
  return Object.fromEntries(entries);
}

/** What rkv-server.schema.json holds. */
export function serverJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(serverConfigSchema, { io: 'input' }),
    title: 'Configuration of rkv server',
    description:
      'Every key is a flag of rkv server, and optional. `rkv server --config FILE --check-config` finds what is wrong.',
  };
}
