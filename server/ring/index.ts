/** The ring: key placement, partitions, ownership, preference lists. Pure; knows nothing of requests or nodes. */
export { stripe, targetN } from './claim.js';
export { hashVersion, KeyPlacement, pointMax } from './key-placement.js';
export { isNodeName, type NodeName, nodeName, nodeNameLengthMax } from './node-name.js';
export { hashSpace, partitionIndex, partitionName, positionOfPartition } from './partition.js';
export { PreferenceList, PreferenceLists } from './preference-list.js';
export { checkedClusterId, createRing, membersMax, type Ring } from './ring.js';
export { RingError, type RingErrorCode } from './ring-error.js';
export { checkedRingSize, ringSizeDefault, ringSizeMax, ringSizeMin } from './ring-size.js';
export { decodeRing, encodeRing, ringDigest } from './ring-text.js';
