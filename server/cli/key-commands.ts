/**
 * `rkv ping`, `rkv get`, `rkv put` and `rkv delete`: one request each, answered as the tutorial's Service does,
 * with the node and the partition that answered.
 *
 * With --n, --r, --w, --pr, --pw, --nodes, --consistency or --timeout, get, put and delete answer as the
 * tutorial's *_quorum functions: a reason, and a line for each vnode that answered.
 *
 * Exit codes: 0 done, 1 the key has no value (get), 3 no server, an error answer, or a quorum not met.
 */
import type { Argv, CommandModule } from 'yargs';
import { type QuorumAnswer, type QuorumOptions, RkvClient, type VnodeAnswer } from '../client/index.js';
import { type Consistency, consistencies } from '../request/index.js';
import { type ConnectionArguments, connectionFlags, connectionOf } from './connection-flags.js';

interface RequestArguments extends ConnectionArguments {
  json: boolean;
}

interface QuorumArguments extends RequestArguments {
  n: number | undefined;
  nodes: number | undefined;
  consistency: Consistency | undefined;
  timeout: number | undefined;
}

interface GetFlags extends QuorumArguments {
  r: number | undefined;
  pr: number | undefined;
}

interface WriteFlags extends QuorumArguments {
  w: number | undefined;
  pw: number | undefined;
}

/** What a command prints: its result, and for programs the value apart. */
interface Answer extends VnodeAnswer {
  readonly result: string;
  readonly value?: string | number;
}

export const pingCommand: CommandModule<object, RequestArguments & { value: number }> = {
  command: 'ping [value]',
  describe: 'Ask the vnode that the ring gives the key ping<value>; it answers value + 1',
  builder: (yargs) =>
    requestFlags(yargs)
      .positional('value', { type: 'number', default: 1, describe: 'a number' })
      .example('$0 ping 3', 'see which node and partition answers') as never,
  handler: ({ value, ...connection }) =>
    ask(connection, async (client) => {
      const answer = await client.ping(value);
      return { ...answer, result: 'pong' };
    }),
};

export const getCommand: CommandModule<object, GetFlags & { key: string }> = {
  command: 'get <key>',
  describe: 'Get the value of a key; exit code 1 if it has none',
  builder: (yargs) =>
    quorumFlags(requestFlags(yargs), 'r')
      .positional('key', { type: 'string', demandOption: true, describe: 'a key' })
      .example('$0 get k1 --n 3 --r 2', 'what each of the first two vnodes answered')
      .example('$0 get k1', 'prints: ok v1  node1@127.0.0.1  <partition>') as never,
  handler: ({ key, ...connection }) => {
    const quorum = quorumOptions(connection, connection.r, connection.pr);
    if (isGiven(quorum)) return askQuorum(connection, quorum, (client) => client.getQuorum(key, quorum));
    return ask(connection, async (client) => {
      const { value, ...vnode } = await client.get(key);
      return value === null
        ? { ...vnode, result: 'not_found' }
        : { ...vnode, result: 'ok', value: value.toString() };
    });
  },
};

export const putCommand: CommandModule<object, WriteFlags & { key: string; value: string }> = {
  command: 'put <key> <value>',
  describe: 'Store a value under a key',
  builder: (yargs) =>
    quorumFlags(requestFlags(yargs), 'w')
      .positional('key', { type: 'string', demandOption: true, describe: 'a key' })
      .positional('value', { type: 'string', demandOption: true, describe: 'a text' })
      .example('$0 put k1 v1 --port 7002', 'any node will do') as never,
  handler: ({ key, value, ...connection }) => {
    const quorum = quorumOptions(connection, connection.w, connection.pw);
    if (isGiven(quorum))
      return askQuorum(connection, quorum, (client) => client.putQuorum(key, value, quorum));
    return ask(connection, async (client) => ({ ...(await client.put(key, value)), result: 'ok' }));
  },
};

export const deleteCommand: CommandModule<object, WriteFlags & { key: string }> = {
  command: 'delete <key>',
  describe: 'Delete a key, which need not exist',
  builder: (yargs) =>
    quorumFlags(requestFlags(yargs), 'w')
      .positional('key', { type: 'string', demandOption: true, describe: 'a key' })
      .example('$0 delete k1', 'prints: ok  node1@127.0.0.1  <partition>') as never,
  handler: ({ key, ...connection }) => {
    const quorum = quorumOptions(connection, connection.w, connection.pw);
    if (isGiven(quorum)) return askQuorum(connection, quorum, (client) => client.deleteQuorum(key, quorum));
    return ask(connection, async (client) => ({ ...(await client.delete(key)), result: 'ok' }));
  },
};

function requestFlags(yargs: Argv) {
  return yargs.options({
    ...connectionFlags,
    json: { type: 'boolean', default: false, describe: 'print one line of JSON' },
  });
}

function quorumFlags(yargs: Argv, counted: 'r' | 'w') {
  return yargs.options({
    n: { type: 'number', describe: 'copies, for this request; prints what each vnode answered' },
    [counted]: { type: 'number', describe: 'vnodes that must answer, for this request' },
    [`p${counted}`]: { type: 'number', describe: 'how many of them must be primaries' },
    nodes: { type: 'number', describe: 'how many distinct nodes must be among them' },
    consistency: { choices: consistencies, describe: "instead of the cluster's, for this request" },
    timeout: { type: 'number', describe: 'milliseconds to wait for them' },
  });
}

function quorumOptions(
  { n, nodes, consistency, timeout }: QuorumArguments,
  needed: number | undefined,
  primaries: number | undefined,
): QuorumOptions {
  return { n, needed, primaries, nodes, consistency, timeoutMs: timeout };
}

function isGiven(options: QuorumOptions): boolean {
  return Object.values(options).some((value) => value !== undefined);
}

async function ask(
  { json, ...connection }: RequestArguments,
  request: (client: RkvClient) => Promise<Answer>,
): Promise<void> {
  const client = await RkvClient.connect(await connectionOf(connection));
  try {
    const { result, value, node, partition } = await request(client);
    if (json) process.stdout.write(`${JSON.stringify({ result, value, node, partition })}\n`);
    else
      process.stdout.write(`${value === undefined ? result : `${result} ${value}`}  ${node}  ${partition}\n`);
    if (result === 'not_found') process.exitCode = 1;
  } finally {
    client.close();
  }
}

/** Longer than the server takes to say that time is up. */
const answerMarginMs = 5000;

async function askQuorum(
  { json, ...connection }: RequestArguments,
  { timeoutMs }: QuorumOptions,
  request: (client: RkvClient) => Promise<QuorumAnswer>,
): Promise<void> {
  const patience = timeoutMs === undefined ? {} : { timeoutMs: timeoutMs + answerMarginMs };
  const client = await RkvClient.connect({ ...(await connectionOf(connection)), ...patience });
  try {
    const { reason, results } = await request(client);
    const told = results.map(({ value, ...rest }) =>
      value === undefined ? rest : { ...rest, value: value.toString() },
    );
    if (json) process.stdout.write(`${JSON.stringify({ reason, results: told })}\n`);
    else process.stdout.write(`${[reason, ...told.map(lineOf)].join('\n')}\n`);
    if (reason !== 'finished') process.exitCode = 3;
    else if (results.every(({ result }) => result === 'not_found')) process.exitCode = 1;
  } finally {
    client.close();
  }
}

function lineOf({ result, value, node, partition }: { value?: string } & Omit<Answer, 'value'>): string {
  return `${value === undefined ? result : `${result} ${value}`}  ${node}  ${partition}`;
}
