/** Anti-entropy: trees of what vnodes hold, and how replicas compare them. Pure; messages are handoff's to bring. */
export { KeyTree, leafOf, leavesOfTree } from './key-tree.js';
export {
  readTreeAnswer,
  readTreeAsk,
  type TreeAnswer,
  type TreeAsk,
  treeAnswerContent,
  treeAskContent,
  unknownTree,
} from './tree-message.js';
export { type DifferingLeaves, type SweepReport, TreeSweep } from './tree-sweep.js';
export { VnodeTree } from './vnode-tree.js';
export { VnodeTrees } from './vnode-trees.js';
