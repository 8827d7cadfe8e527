export type { Dispatch, DispatchCounts } from './dispatch.js';
export type { LoadMode } from './load-mode.js';
export {
  type ArrivalModel,
  type ArrivalSource,
  arrivalModels,
  type LimitPolicy,
  limitPolicies,
  type OpenSchedule,
} from './open-schedule.js';
export {
  arrivalsOf,
  endRate,
  isConstant,
  type RateProfile,
  type RateSpan,
  startRate,
  withLead,
} from './rate-profile.js';
export { RunDispatch } from './run-dispatch.js';
export { ThinkDispatch, type ThinkTime } from './think-dispatch.js';
export { WorkerDispatch } from './worker-dispatch.js';
