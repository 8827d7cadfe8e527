/** The environment of a node that runs for real: the machine's clocks and chance, CRC-32, memory storage. */
import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MemberAddress } from '../membership/index.js';
import type { Environment, LogEvent } from '../node/index.js';
import { MemoryStorage } from '../storage/index.js';

export interface RealEnvironmentOptions {
  connectLink(member: number, address: MemberAddress): void;
  fetchJoinOffer: Environment['fetchJoinOffer'];
  /** Sends what the node has left to send. */
  flush(): void;
  log(event: LogEvent): void;
}

export function realEnvironment({
  connectLink,
  fetchJoinOffer,
  flush,
  log,
}: RealEnvironmentOptions): Environment {
  let flushIsDue = false;
  // Clients must not be able to choose keys that share a hash.
  const hashSeed = { low: randomWord(), high: randomWord() };
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    random: () => Math.random(),
    checksum: (bytes) => crc32(bytes),
    createStorage: () => new MemoryStorage({ hashSeed }),
    connectLink,
    fetchJoinOffer,
    requestFlush: () => {
      if (flushIsDue) return;
      flushIsDue = true;
      // After the sockets that are readable now, and before waiting for more: one write for all of them.
      setImmediate(() => {
        flushIsDue = false;
        flush();
      });
    },
    log,
  };
}

function randomWord(): number {
  return randomInt(0x1_0000_0000) | 0;
}
