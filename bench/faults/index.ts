/** What is done to a store in the middle of a run, and what that does to the load. */
export { backRule, type FaultEffect, type FaultSpan, faultEffect } from './fault-effect.js';
export { SliceCounts, SliceTimeline, sliceMs } from './fault-slices.js';
export {
  type FaultAction,
  type FaultKind,
  faultKinds,
  nodeText,
  type PlannedFault,
} from './planned-fault.js';
