/** The nodes' protocol: frames and messages. Pure; what a message does is the node's to say. */
export { FrameReader, frameBad, frameFound, frameIncomplete } from './frame-reader.js';
export {
  type Checksum,
  FrameWriter,
  frameBodyBytesMax,
  frameHeaderBytes,
  noRequest,
  type RequestRef,
} from './frame-writer.js';
export {
  flagExisted,
  flagExpires,
  flagFailed,
  flagMissing,
  flagTombstone,
  flagUncertain,
  flagUpdateAbsent,
  flagUpdateKeepsExpiry,
  flagUpdatePresent,
  flagUpdateReturnsOld,
  flagUpdateStored,
  getVersionOnly,
  type Hello,
  LinkMessage,
  linkProtocolVersion,
  malformed,
  messageKind,
  textBytesMax,
  updateCodeShift,
} from './link-message.js';
export { flagBusy, flagCostly, flagCounts, flagMixed, flagPattern, RangeFields } from './range-fields.js';
