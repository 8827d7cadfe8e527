/** Requests: their quorum, the coordinator that starts them, and the table of those that wait. */
export { Coordinator, type CoordinatorOptions, type ReplicaMessages } from './coordinator.js';
export { PendingRequests } from './pending-requests.js';
export {
  cappedQuorum,
  distinctOwners,
  type Quorum,
  quorumDefault,
  quorumMistake,
  replicasMax,
} from './quorum.js';
export {
  type QuorumAsk,
  type QuorumOutcome,
  type QuorumReason,
  QuorumRequests,
  type QuorumResult,
} from './quorum-requests.js';
export { RequestAnswers } from './request-answers.js';
export {
  type Answers,
  type Asker,
  type FailureCode,
  immediateTicket,
  type OutcomeKind,
  RequestOutcome,
} from './request-outcome.js';
export { type RequestRing, type RingHolder, requestRing } from './request-ring.js';
export { RequestTable } from './request-table.js';
