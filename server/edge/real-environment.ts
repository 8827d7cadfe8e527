/** The environment of a node that runs for real: the machine's clocks and chance, CRC-32, its storage. */
import { crc32 } from 'node:zlib';
import type { MemberAddress } from '../membership/index.js';
import type { Access, Environment, LogEvent, SavedCluster } from '../node/index.js';
import type { ClusterSecret } from './cluster-secret.js';
import { offerProof } from './fetch-join-offer.js';
import type { NodeStorage } from './node-storage.js';

export interface RealEnvironmentOptions {
  storage: NodeStorage;
  access: Access | undefined;
  connectLink(member: number, address: MemberAddress): void;
  fetchJoinOffer: Environment['fetchJoinOffer'];
  secret: ClusterSecret | undefined;
  rejectedClients: () => number;
  saveCluster: ((cluster: SavedCluster) => void) | undefined;
  /** Sends what the node has left to send. */
  flush(): void;
  log(event: LogEvent): void;
}

export function realEnvironment({
  storage,
  access,
  connectLink,
  fetchJoinOffer,
  secret,
  rejectedClients,
  saveCluster,
  flush,
  log,
}: RealEnvironmentOptions): Environment {
  let flushIsDue = false;
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    random: () => Math.random(),
    checksum: (bytes) => crc32(bytes),
    createStorage: storage.createStorage,
    ...(storage.store !== undefined && { store: storage.store }),
    ...(access !== undefined && { access }),
    connectLink,
    fetchJoinOffer,
    rejectedClients,
    ...(secret !== undefined && {
      proveOffer: (challenge, text) => offerProof(secret, challenge, text).toString('hex'),
    }),
    ...(saveCluster !== undefined && { saveCluster }),
    requestFlush: () => {
      if (flushIsDue) return;
      flushIsDue = true;
      // After the sockets that are readable now, and before waiting for more: one write for all of them.
      setImmediate(() => {
        flushIsDue = false;
        flush();
      });
    },
    usage: () => {
      const { user, system } = process.cpuUsage();
      const [cpuUserS, cpuSystemS] = [user / 1e6, system / 1e6];
      return { cpuUserS, cpuSystemS, memoryBytes: process.memoryUsage.rss(), uptimeS: process.uptime() };
    },
    log,
  };
}
