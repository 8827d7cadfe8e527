/**
 * Whether the ring files of a data directory are older than its data: an older backup of them was put back, or the
 * newest could not be written or read. That is merely older news where other members tell the rest; a node that
 * knows of no other would take itself for the whole cluster.
 */
import { type ClusterState, membersWith, ringEpoch } from '../membership/index.js';
import type { LogEvent } from '../node/index.js';
import type { NodeName } from '../ring/index.js';
import { ServerError } from '../server-error.js';

export interface RingAgeOptions {
  readonly directory: string;
  readonly name: NodeName;
  /** What the ring files say. */
  readonly state: ClusterState;
  /** What the data say: of which cluster they are, and the ring epoch by which the node went last. */
  readonly data: { readonly clusterId: string | undefined; readonly ringEpoch: number };
  log(event: LogEvent): void;
}

/** Logs that the ring files are older than the data; throws a ServerError if no other member can tell the rest. */
export function checkRingAge({ directory, name, state, data, log }: RingAgeOptions): void {
  const fileEpoch = ringEpoch(state.decision);
  if (state.clusterId !== data.clusterId || fileEpoch >= data.ringEpoch) return;
  const [files, newer] = [fileEpoch, data.ringEpoch].map(
    (epoch) => `${Math.floor(epoch / 2 ** 32)}.${epoch % 2 ** 32}`,
  );
  const others = membersWith(state, 'joining', 'valid', 'leaving', 'exiting', 'down');
  if (others.some((other) => other !== name)) {
    log({
      level: 'warn',
      event: 'ring-file-older',
      file: files!,
      data: newer!,
      reason: 'others tell the rest',
    });
    return;
  }
  throw new ServerError(
    'bad-data',
    `The ring files in ${directory}/ring are older than the data (ring ${files}, and the data were last used with ring ${newer}), and know of no other member that could tell the rest: put the newest ring files back, or move that folder away to start this node as a cluster of its own, with its data.`,
    { definite: true },
  );
}
