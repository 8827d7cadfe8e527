/** Membership: who belongs to the cluster, who owns what, and who decides. Pure; sends and stores nothing. */
export { type ClaimOptions, claim, joinMovesMax } from './claim.js';
export { unowned } from './claim-board.js';
