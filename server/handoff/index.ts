/** Handoff: records on their way between members. Pure; the messages are the node's to bring. */

export type { SweepReport } from '../anti-entropy/index.js';
export { Handoff, type HandoffOptions } from './handoff.js';
export { type HandoffLimits, handoffLimitsDefault } from './handoff-limits.js';
export type { RingTransition, RingView } from './ring-view.js';
export type { TransferKind, TransferMessage } from './transfer-message.js';
export { type TransferStatus, transferReport } from './transfer-status.js';
