/** Membership: who belongs to the cluster, who owns what, and who decides. Pure; sends and stores nothing. */
export { type ClaimOptions, claim, joinMovesMax } from './claim.js';
export { unowned } from './claim-board.js';
export { completeTransition, type MembershipView, tick } from './claimant.js';
export { canMerge, mergeStates } from './cluster-merge.js';
export {
  type ClusterState,
  createClusterState,
  createFormedState,
  type Decision,
  futureOwners,
  isComplete,
  type MemberEntry,
  type MemberStatus,
  membersWith,
  ringEpoch,
  ringOf,
  type StagedAction,
  servedRing,
  type Transition,
  voters,
  withAddress,
} from './cluster-state.js';
export {
  type ClusterDelta,
  coreDigest,
  decodeDelta,
  decodeState,
  encodeDelta,
  encodeState,
  type PartName,
  partNames,
} from './cluster-text.js';
export {
  answerDigest,
  type ClusterDigest,
  decodeDigest,
  deltaOf,
  digestOf,
  encodeDigest,
  type GossipAnswer,
  type GossipRefusal,
  isSameCluster,
  isSameState,
  mergeDelta,
} from './gossip.js';
export { addressText, type MemberAddress, parseAddress } from './member-address.js';
export { MembershipError, type MembershipErrorCode } from './membership-error.js';
export { memberStatusText, ringText } from './membership-text.js';
export {
  type ClusterPlan,
  type CommitResult,
  commitPlan,
  type Moves,
  type PlannedTransition,
  type PlanResult,
  planChanges,
} from './plan.js';
export { clearText, commitText, crowdedLists, planText } from './plan-text.js';
export { type RingDisk, RingFiles } from './ring-file.js';
export {
  isRingReady,
  isSeenByOthers,
  noteSeen,
  type RingReadiness,
  ringReadiness,
  unseenBy,
} from './ring-ready.js';
export { ringReadyText, ringStatusText } from './ring-status-text.js';
export {
  clearStaged,
  joinCluster,
  markDown,
  type StageableAction,
  type StagingRefusal,
  type StagingResult,
  stageChange,
  stagedChanges,
  stagedJoins,
} from './staging.js';
export { downText, joinedText, refusalText, stagedText } from './staging-text.js';
