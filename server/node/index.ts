/** A node, composed of the pure parts, and the environment that it needs. */
export { type Access, allRights, defaultUser, type LoginResult, rightsOf, userRights } from './access.js';
export { type AdminVerb, adminVerbs } from './admin/admin-verbs.js';
export type { ClientSession } from './client-session.js';
export { clientTimesDefault } from './client-watch.js';
export { clockReservation } from './clock-reserve.js';
export { freshClusterId } from './cluster-membership.js';
export type {
  ClientPort,
  Environment,
  JoinOffer,
  JoinPlace,
  LogEvent,
  OutputPort,
  SavedCluster,
} from './environment.js';
export type { IncomingLink, IncomingPort } from './incoming-link.js';
export type { JoinResult } from './join-offer.js';
export {
  type LinkTimes,
  linkTimesDefault,
  type MembershipTimes,
  membershipTimesDefault,
  type NodeLimits,
  type NodeOptions,
  nodeLimitsDefault,
} from './node-options.js';
export { productVersion } from './product-version.js';
export { RkvNode } from './rkv-node.js';
