/** Which version a write of a client has: that of its value, or of the tombstone that it left. */
import { coordinatorId, type Observation, type VersionText } from '../observation.js';
import type { SimulatedCluster } from '../simulated-cluster.js';
import type { Operation } from '../workload/operation.js';

/**
 * Undefined if nothing was stored. Of a delete it is the lowest version of the tombstones that it may have
 * left: those of its coordinator that were first stored between call and return.
 */
export function versionOf(
  operation: Operation,
  observation: Observation,
  cluster: SimulatedCluster,
): VersionText | undefined {
  if (operation.value !== undefined) return observation.versionOfValue.get(operation.value);
  const coordinator = coordinatorId(cluster.nameOf(operation.node));
  const { tombstones } = observation.seen(operation.key);
  let lowest: VersionText | undefined;
  for (let i = tombstones.length - 1; i >= 0 && tombstones[i]!.seenAt >= operation.calledAt; i--) {
    const { version, seenAt, coordinator: by } = tombstones[i]!;
    if (by === coordinator && seenAt <= operation.returnedAt && (lowest === undefined || version < lowest))
      lowest = version;
  }
  return lowest;
}

/** `1700000000123.4@node2#1` for people. */
export function readableVersion(version: VersionText, cluster: SimulatedCluster): string {
  const id = version.slice(16, 24);
  const node = cluster.machines.find(({ number }) => coordinatorId(cluster.nameOf(number)) === id);
  const ms = Number.parseInt(version.slice(0, 12), 16);
  const counter = Number.parseInt(version.slice(12, 16), 16);
  const name = node === undefined ? id : `node${node.number + 1}`;
  return `${ms}.${counter}@${name}#${Number.parseInt(version.slice(24), 16)}`;
}
