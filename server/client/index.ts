/** How programs reach a cluster: a small client, and the ring with the routing that follows from it. */
export { ErrorReply, type Reply, ReplyParser } from './reply-parser.js';
export { fetchRing, parseRingView, type RingView, routeOf } from './ring-view.js';
export {
  type ClientOptions,
  type ClientTls,
  type Login,
  type QuorumAnswer,
  type QuorumOptions,
  type QuorumVnodeAnswer,
  RkvClient,
  type VnodeAnswer,
} from './rkv-client.js';
