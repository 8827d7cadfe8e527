/** Virtual nodes: partitions as one node runs them. */
export { applied, appliedExisted, refused, Vnode } from './vnode.js';
export { VnodeTable } from './vnode-table.js';
