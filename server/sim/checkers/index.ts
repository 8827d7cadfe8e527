/** All checkers, in the order in which they are reported. */
import { acknowledgedByW } from './acknowledged-by-w.js';
import { boundedQueues } from './bounded-queues.js';
import type { CheckerSpec } from './checker.js';
import { commitIsThePlan } from './commit-is-the-plan.js';
import { coordinatedOnce } from './coordinated-once.js';
import { coverageOnce } from './coverage-once.js';
import { deletedWhenAcknowledged } from './deleted-when-acknowledged.js';
import { epochsRise, removedDecideNothing } from './epochs-rise.js';
import { fallbacksDrained } from './fallbacks-drained.js';
import { leavesWithNothing } from './leaves-with-nothing.js';
import { legalStatuses } from './legal-statuses.js';
import { linearizable } from './linearizable.js';
import { noNeedlessFallback } from './no-needless-fallback.js';
import { noPhantom } from './no-phantom.js';
import { noStaleOverwrite } from './no-stale-overwrite.js';
import { nothingLost } from './nothing-lost.js';
import { oneAnswer } from './one-answer.js';
import { oneDecision } from './one-decision.js';
import { operatorsAnswered } from './operators-answered.js';
import { readsAreFresh } from './reads-are-fresh.js';
import { replicasEqual } from './replicas-equal.js';
import { noTransitionsOfTheGone, soundTransitions } from './sound-transitions.js';
import { tombstonesReapedInTime } from './tombstones-reaped-in-time.js';
import { transferLimits } from './transfer-limits.js';
import { uniqueVersions } from './unique-versions.js';

export type { CheckContext, Checker, CheckerSpec, Circumstances, EndOfRound } from './checker.js';

export const checkers: readonly CheckerSpec[] = [
  oneAnswer,
  boundedQueues,
  noNeedlessFallback,
  noPhantom,
  acknowledgedByW,
  noStaleOverwrite,
  uniqueVersions,
  coordinatedOnce,
  readsAreFresh,
  linearizable,
  nothingLost,
  fallbacksDrained,
  replicasEqual,
  tombstonesReapedInTime,
  oneDecision,
  soundTransitions,
  noTransitionsOfTheGone,
  legalStatuses,
  commitIsThePlan,
  leavesWithNothing,
  removedDecideNothing,
  epochsRise,
  operatorsAnswered,
  transferLimits,
  deletedWhenAcknowledged,
  coverageOnce,
];
