/** What the load generator and the drivers may use of the server: start a cluster, talk to it, find owners. */
export {
  type ClientOptions,
  type ClientTls,
  ErrorReply,
  fetchRing,
  parseRingView,
  type Reply,
  type RingView,
  RkvClient,
  routeOf,
  type VnodeAnswer,
} from './client/index.js';
export type { ChildExit } from './edge/child-server.js';
export {
  type LocalCluster,
  type LocalClusterOptions,
  type LocalMember,
  localNodesMax,
  startLocalCluster,
} from './local-cluster.js';
export { ServerError, type ServerErrorCode } from './server-error.js';
export {
  type ClusterOptions,
  type RunningServer,
  type ServerMember,
  type ServerOptions,
  startServer,
} from './start-server.js';
