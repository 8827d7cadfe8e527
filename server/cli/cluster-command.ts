/** `rkv cluster`: some servers on this machine, as processes of their own, until Ctrl-C. */
import type { CommandModule } from 'yargs';
import { startLocalCluster } from '../local-cluster.js';
import type { Consistency } from '../request/index.js';
import { ServerError } from '../server-error.js';
import { type DataArguments, dataFlags, dataOf } from './data-flags.js';
import { quorumFlags, quorumOf } from './quorum-flags.js';
import { untilSignal } from './until-signal.js';

export interface ClusterArguments extends DataArguments {
  nodes: number;
  basePort: number;
  json: boolean;
  log: boolean;
  ringSize: number | undefined;
  n: number;
  r: number | undefined;
  w: number | undefined;
  consistency: Consistency;
}

export const clusterCommand: CommandModule<object, ClusterArguments> = {
  command: 'cluster',
  describe: 'Start a cluster of servers on this machine, until Ctrl-C',
  builder: (yargs) =>
    yargs
      .options({
        nodes: { type: 'number', default: 3, describe: 'how many servers' },
        'base-port': {
          type: 'number',
          default: 7001,
          describe: 'node i serves clients on this port + i - 1, and nodes 1000 above; 0 takes free ports',
        },
        json: { type: 'boolean', default: false, describe: 'print the members as one line of JSON' },
        log: { type: 'boolean', default: false, describe: "print the servers' logs to standard error" },
        ...quorumFlags,
        ...dataFlags,
      })
      .example('$0 cluster --nodes 3 --ring-size 16', "the tutorial's cluster, on ports 7001 to 7003")
      .example('$0 cluster --data-dir ./data', 'the same on disk, in ./data/node1 and so on')
      .example('$0 cluster --n 1', 'three nodes, one copy of each value') as never,
  handler: runCluster,
};

async function runCluster(args: ClusterArguments): Promise<void> {
  const { nodes, basePort, ringSize, json } = args;
  const signal = untilSignal();
  let left = nodes;
  let allEnded: (() => void) | undefined;
  const ended = new Promise<'ended'>((resolve) => {
    allEnded = () => resolve('ended');
  });
  const starting = startLocalCluster({
    nodes,
    basePort,
    ...(ringSize === undefined ? {} : { ringSize }),
    ...quorumOf(args),
    data: dataOf(args),
    consistency: args.consistency,
    onLog: (_, line) => {
      if (args.log) process.stderr.write(`${line}\n`);
    },
    onExit: (index, { code, signal: by, errorLines }) => {
      process.stderr.write(`node${index + 1}@127.0.0.1 ended with ${by ?? `exit code ${code}`}\n`);
      for (const line of errorLines) process.stderr.write(`  ${line}\n`);
      if (--left === 0) allEnded?.();
    },
  });
  // Ctrl-C while they start: their IPC channel closes with us, and they end.
  const first = await Promise.race([starting, signal]);
  if (typeof first === 'string') process.exit(first === 'SIGINT' ? 130 : 0);
  const { members } = first;
  if (json) process.stdout.write(`${JSON.stringify({ members })}\n`);
  else
    for (const { name, host, clientPort, pid } of members)
      process.stdout.write(`${name}  ${host}:${clientPort}  pid ${pid}\n`);
  if (!json) process.stdout.write(`${nodes} nodes are ready; press Ctrl-C to stop them\n`);
  const why = await Promise.race([signal, ended]);
  await first.stop();
  if (why === 'ended') throw new ServerError('process-died', 'All servers of the cluster have ended.');
  process.exit(why === 'SIGINT' ? 130 : 0);
}
