/**
 * I53: with r + w > n a session reads its own writes, and never goes back in time. What counts are versions: a
 * read may always see a newer write than the session knows of.
 */
import type { VersionText } from '../observation.js';
import type { Operation } from '../workload/operation.js';
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';
import { readableVersion, versionOf } from './version-of.js';

export const sessionGuarantees: CheckerSpec = {
  id: 'I53',
  demand: 'With r + w > n a session reads its own acknowledged writes, and its reads never go back.',
  notPromised: ({ hadAbsence, hadLoss, hadMembershipChange }, _, consistency) => {
    if (hadLoss) return 'a node that lost its data is not refilled, and counts towards r all the same';
    if (hadMembershipChange) return 'nothing is promised while members change';
    if (hadAbsence && consistency === 'sloppy')
      return 'a sloppy quorum may miss what a fallback took, until it is handed back';
    return undefined;
  },
  create: ({ cluster, observation, quorum, report }) => {
    if (quorum.r + quorum.w <= quorum.n) return {};
    /** By session and key: the newest version that it wrote or read, and by which operation. */
    const known = new Map<string, { version: VersionText; from: Operation }>();
    /** What the session knew when it called: later knowledge does not bind an earlier read. */
    const atCall = new Map<Operation, { version: VersionText; from: Operation }>();
    const learn = (operation: Operation, version: VersionText | undefined) => {
      const place = `${operation.session} ${operation.key}`;
      const before = known.get(place);
      if (version !== undefined && (before === undefined || version > before.version))
        known.set(place, { version, from: operation });
    };
    return {
      called: (operation) => {
        const before = known.get(`${operation.session} ${operation.key}`);
        if (operation.kind === 'get' && before !== undefined) atCall.set(operation, before);
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
            `${describeOperation(operation)}: ${older}, though the session knew ` +
              `${readableVersion(bound.version, cluster)} (${describeOperation(bound.from)})`,
          );
        }
        if (operation.read !== undefined) learn(operation, seen);
      },
    };
  },
};
