/** Requests: their quorum, the coordinator that starts them, and the table of those that wait. */
export { type Consistency, consistencies, consistencyDefault, isConsistency } from './consistency.js';
export { Coordinator, type CoordinatorOptions } from './coordinator.js';
export type { PlantedFault } from './planted-fault.js';
export {
  cappedQuorum,
  distinctOwners,
  type Quorum,
  quorumDefault,
  quorumMistake,
  replicasMax,
} from './quorum.js';
export type { QuorumAsk } from './quorum-ask.js';
export type { QuorumOutcome, QuorumReason, QuorumResult } from './quorum-outcome.js';
export { type RepairLimits, repairLimitsDefault } from './read-repair.js';
export { recordOf } from './record-of.js';
export { majority } from './replica-groups.js';
export type { ReplicaMessages, Vote } from './replica-messages.js';
export { type RequestLimits, requestLimitsDefault } from './request-limits.js';
export {
  type Answers,
  type Asker,
  type FailureCode,
  immediateTicket,
  type OutcomeKind,
  RequestOutcome,
} from './request-outcome.js';
export { type RequestRing, type RingHolder, requestRing } from './request-ring.js';
export { Requests } from './requests.js';
export type { UpdateAsk, UpdateOutcome } from './update-ask.js';
