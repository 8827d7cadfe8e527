/**
 * Everything that a node needs from the world: clocks, chance, connections, storage, the log. The real one is
 * made of sockets and timers, the simulated one of queues and a seed; the node cannot tell.
 */
import type { Checksum } from '../link/index.js';
import type { ClusterState, MemberAddress } from '../membership/index.js';
import type { NodeStore, StorageFactory } from '../storage/index.js';
import type { Access } from './access.js';

/** One direction of a byte stream, as the node uses it. */
export interface OutputPort {
  /**
   * Sends bytes. Returns true if the caller may use the buffer again at once; false if it now belongs to the
   * port, because the receiver is behind.
   */
  write(bytes: Buffer): boolean;
  /** Bytes written that the receiver's side has not taken yet. */
  readonly queuedBytes: number;
  /** Sends what was written, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

export interface ClientPort extends OutputPort {
  /** Host and port of the client, if it has some. */
  readonly address?: string;
  /** Asks for no more bytes of this client until `resume`; those already on the way may still come. */
  pause(): void;
  resume(): void;
}

export interface Environment {
  /** A monotonic clock, for deadlines. */
  nowMs(): number;
  /** The wall clock since 1970, for versions. It may stand still and jump. */
  wallMs(): number;
  /** A number from 0 up to 1. */
  random(): number;
  readonly checksum: Checksum;
  readonly createStorage: StorageFactory;
  /** What the storages have in common, if they are durable; without it, everything is in memory. */
  readonly store?: NodeStore;
  /** Keeps the cluster as the node knows it, durably, for its next life; without it, a node begins anew. */
  saveCluster?(cluster: SavedCluster): void;
  /** Who may do what; without it, everybody everything. */
  readonly access?: Access;
  /** Tries to connect to a member; ends in `linkOpened` or `linkClosed` of the node, with this number. */
  connectLink(member: number, address: MemberAddress): void;
  /** Asks the server that serves clients there for RKV.STATE; calls back once, later. */
  fetchJoinOffer(place: JoinPlace, done: (answer: JoinOffer) => void): void;
  /**
   * Proves to a node that joins that this one knows the secret of its cluster: over the text that it is told, and a
   * number that it has drawn (hex). Absent without a secret.
   */
  readonly proveOffer?: ((challenge: string, text: string) => string) | undefined;
  /** Clients that the edge has not let in, because there were too many; absent where it lets all in. */
  readonly rejectedClients?: () => number;
  /** Asks for one call of `flush` soon, after the events that are already there. */
  requestFlush(): void;
  /** What the process has used since it began; absent where there is none. */
  usage?(): ProcessUsage;
  /** One line per event, never one per request. */
  log(event: LogEvent): void;
}

export interface ProcessUsage {
  readonly cpuUserS: number;
  readonly cpuSystemS: number;
  /** Resident memory. */
  readonly memoryBytes: number;
  readonly uptimeS: number;
}

/** What a node must know of its cluster to come back as the member that it was. */
export interface SavedCluster {
  readonly state: ClusterState;
  /** Copies that its records have had: fewer than the cluster wants while it makes more of them. */
  readonly copies: number;
}

/** Where a server serves clients, and who to be there. */
export interface JoinPlace {
  readonly host: string;
  readonly port: number;
  readonly login?: { readonly user: string; readonly password: string } | undefined;
}

/** The text that RKV.STATE answered, or why there is none: nobody answers, or what answers does not tell it. */
export type JoinOffer =
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface LogEvent {
  readonly level: 'info' | 'warn';
  /** What happened, in kebab case, for example `link-up`. */
  readonly event: string;
  readonly [detail: string]: string | number | boolean;
}
