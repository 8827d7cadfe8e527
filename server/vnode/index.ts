/** Virtual nodes: partitions as one node runs them, and the gate in which their answers become durable. */
export { AckGate, type AckGateLimits, ackGateLimitsDefault, type GatedAnswers } from './ack-gate.js';
export { ReplicaSpread, type ReplicaSpreadOptions } from './replica-spread.js';
export {
  applied,
  appliedExisted,
  readFailed,
  readFound,
  readMissing,
  readReplyFlags,
  readUnsettled,
  refused,
  Vnode,
} from './vnode.js';
export { VnodeTable, type VnodeTableOptions } from './vnode-table.js';
