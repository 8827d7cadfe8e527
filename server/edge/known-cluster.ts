/**
 * The cluster that a node with a data directory comes back to: what its ring files say, with the addresses that
 * it was started with, and the saving of what it learns from then on.
 */
import { crc32 } from 'node:zlib';
import { type ClusterState, RingFiles, withAddress } from '../membership/index.js';
import type { LogEvent, SavedCluster } from '../node/index.js';
import type { NodeName } from '../ring/index.js';
import { ServerError } from '../server-error.js';
import { ringDirectory } from './ring-directory.js';

export interface KnownCluster {
  /** Undefined if the node was never in a cluster. */
  readonly known: SavedCluster | undefined;
  save(cluster: SavedCluster): void;
}

/** Throws a ServerError if the files are of another node, or of another cluster than is asked for. */
export function knownCluster(options: {
  directory: string;
  name: NodeName;
  /** Undefined: whichever it is. */
  clusterId: string | undefined;
  log(event: LogEvent): void;
}): KnownCluster {
  const { directory, name, clusterId, log } = options;
  const files = new RingFiles(ringDirectory(directory), (bytes) => crc32(bytes));
  const { content, skipped } = files.load();
  for (const { file, why } of skipped) log({ level: 'warn', event: 'ring-file-skipped', file, reason: why });
  if (content === undefined && skipped.length > 0)
    throw mistake(
      `None of the ring files in ${directory}/ring can be read. Move that folder away to start this node as a cluster of its own; its data stays.`,
    );
  if (content !== undefined && content.node !== name)
    throw mistake(
      `The data directory ${directory} is of node ${content.node}, and this is ${name}: start it with --name ${content.node}, or with another directory.`,
    );
  const knownId = content?.state.clusterId;
  if (knownId !== undefined && clusterId !== undefined && clusterId !== knownId)
    throw mistake(
      `The data directory ${directory} is of cluster ${knownId}, and --cluster-id says ${clusterId}: leave it out, or use another directory.`,
    );
  return {
    known: content && { state: content.state, copies: content.copies },
    save: (cluster) => files.save({ node: name, ...cluster }),
  };
}

/** Members may have moved since: they are where they are started now. */
export function withAddresses(
  state: ClusterState,
  members: readonly { readonly name: NodeName; readonly address: string }[],
): ClusterState {
  return members.reduce((next, { name, address }) => withAddress(next, name, address), state);
}

function mistake(message: string): ServerError {
  return new ServerError('bad-data', message, { definite: true });
}
