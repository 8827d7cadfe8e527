/**
 * I53: with r + w > n a get sees the last write that was acknowledged before it was called, or a newer one; and
 * with atomic requests also what any get before it saw. Newer is what has the higher version. (Without them a
 * get may see a write that is under way, and the next one miss it: that is not promised.)
 */
import type { VersionText } from '../observation.js';
import type { Operation } from '../workload/operation.js';
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';
import { readableVersion, versionOf } from './version-of.js';

interface Known {
  readonly version: VersionText;
  readonly from: Operation;
}

export const readsAreFresh: CheckerSpec = {
  id: 'I53',
  demand: 'With r + w > n a get sees every write that was acknowledged before it was called, or a newer one.',
  notPromised: ({ hadAbsence, hadLoss, hadMembershipChange, hadRemovalByForce }, _, consistency) => {
    if (hadLoss) return 'a member that comes back empty has forgotten what it promised';
    if (hadRemovalByForce) return 'what a member held that was removed by force is given up';
    if (hadMembershipChange && consistency !== 'atomic')
      return 'while partitions move, the new owner has a write a moment later';
    if (hadAbsence && consistency === 'sloppy')
      return 'a sloppy quorum may miss what a fallback took, until it is handed back';
    return undefined;
  },
  create: ({ cluster, observation, quorum, consistency, report }) => {
    if (quorum.r + quorum.w <= quorum.n) return {};
    const newest = new Map<string, Known>();
    /** What was known when it was called: later knowledge does not bind an earlier get. */
    const atCall = new Map<Operation, Known>();
    const learn = (from: Operation, version: VersionText | undefined) => {
      const before = newest.get(from.key);
      if (version !== undefined && (before === undefined || version > before.version))
        newest.set(from.key, { version, from });
    };
    return {
      // What a fault has destroyed at its last replica binds nobody.
      dataLost: () => {
        for (const known of [newest, atCall] as Map<unknown, Known>[])
          for (const [of, { version, from }] of known) {
            const survivor = cluster.survey.newestDurable(from.key);
            if (survivor === undefined) known.delete(of);
            else if (survivor < version) known.set(of, { version: survivor, from });
          }
      },
      called: (operation) => {
        const known = newest.get(operation.key);
        if (operation.kind === 'get' && known !== undefined) atCall.set(operation, known);
      },
      returned: (operation) => {
        const bound = atCall.get(operation);
        atCall.delete(operation);
        if (operation.result !== 'ok') return;
        if (operation.kind !== 'get') {
          learn(operation, versionOf(operation, observation, cluster));
          return;
        }
        const key = observation.seen(operation.key);
        const seen =
          operation.read === undefined
            ? key.highestTombstone
            : observation.versionOfValue.get(operation.read);
        if (bound !== undefined && (seen === undefined || seen < bound.version)) {
          const older = seen === undefined ? 'nothing' : readableVersion(seen, cluster);
          report(
            `${describeOperation(operation)}: ${older}, and ${readableVersion(bound.version, cluster)} was known ` +
              `before (${describeOperation(bound.from)})`,
          );
        }
        if (operation.read !== undefined && consistency === 'atomic') learn(operation, seen);
      },
    };
  },
};
