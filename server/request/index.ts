/** Requests: their quorum, the table of those that wait, and the coordinator. */
export { Coordinator, type CoordinatorOptions, type ReplicaMessages } from './coordinator.js';
export {
  cappedQuorum,
  distinctOwners,
  type Quorum,
  quorumDefault,
  quorumMistake,
  replicasMax,
} from './quorum.js';
export {
  type Answers,
  type FailureCode,
  immediateTicket,
  type OutcomeKind,
  RequestOutcome,
} from './request-outcome.js';
export { RequestTable } from './request-table.js';
