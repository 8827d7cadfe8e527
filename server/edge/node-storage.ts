/**
 * What a real node keeps its records in: memory, or a directory. Opens the directory, or says in one sentence
 * why it cannot be.
 */
import { randomInt } from 'node:crypto';
import { clockReservation, type LogEvent } from '../node/index.js';
import { ServerError } from '../server-error.js';
import { MemoryStorage, type NodeStore, StorageError, type StorageFactory } from '../storage/index.js';
import { type Durability, type DurableStore, openDurableStore } from '../storage/lmdb/index.js';

export interface DataOptions {
  /** Made if it is not there. It belongs to one node. */
  readonly directory: string;
  /** What an acknowledged write survives; default `sync`. */
  readonly durability?: Durability;
  /** Goes on when the log has lost writes that were acknowledged. */
  readonly acceptLoss?: boolean;
}

export interface NodeStorage {
  readonly createStorage: StorageFactory;
  /** Undefined in memory. */
  readonly store: NodeStore | undefined;
  /** Tells this start of the node from every other. */
  readonly incarnation: number;
  /** The disk has failed, and the node should end: what it cannot promise it must not answer. */
  readonly failed: Promise<ServerError>;
  /** The cluster that the records are of, if there are any from before. */
  readonly clusterId: string | undefined;
  /** The partitions of the ring by which the records are placed, if there are any from before. */
  readonly ringSize: number | undefined;
  /** The ring epoch of that cluster by which the node went last; 0 if none is known. */
  readonly ringEpoch: number;
  /** The records are of this cluster, whatever the store says: the ring file, saved before, knows better. */
  rebind(clusterId: string): Promise<void>;
  /** Rejects with a ServerError if the records are of another cluster, or placed on another ring. */
  bind(cluster: { clusterId: string; ringSize: number }): Promise<void>;
  /** Makes everything durable; nothing may be put any more. No version was issued above `clockMs`. */
  close(clockMs: number | undefined): Promise<void>;
}

export async function openNodeStorage(
  nodeName: string,
  data: DataOptions | undefined,
  log: (event: LogEvent) => void,
): Promise<NodeStorage> {
  return data === undefined ? memory() : await durable(nodeName, data, log);
}

function memory(): NodeStorage {
  // Clients must not be able to choose keys that share a hash.
  const hashSeed = { low: randomWord(), high: randomWord() };
  return {
    createStorage: () => new MemoryStorage({ hashSeed }),
    store: undefined,
    incarnation: randomInt(0x1_0000_0000),
    failed: new Promise(() => {}),
    clusterId: undefined,
    ringSize: undefined,
    ringEpoch: 0,
    rebind: async () => {},
    bind: async () => {},
    close: async () => {},
  };
}

async function durable(
  nodeName: string,
  { directory, durability = { kind: 'sync' }, acceptLoss = false }: DataOptions,
  log: (event: LogEvent) => void,
): Promise<NodeStorage> {
  let tellFailure: (error: ServerError) => void = () => {};
  const failed = new Promise<ServerError>((resolve) => {
    tellFailure = resolve;
  });
  const opening = openDurableStore({
    directory,
    nodeId: nodeName,
    durability,
    acceptLoss,
    onCorrupt: (position) => log({ level: 'warn', event: 'corrupt-record', position }),
    onFailed: (error) => {
      log({ level: 'warn', event: 'storage-failed', reason: error.message });
      tellFailure(serverError(error));
    },
  });
  const store = await opening.catch(rethrow);
  try {
    await reserveClock(store);
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
  const { groupsReplayed, operationsReplayed, groupsLost } = store.recovery;
  const { incarnation, storeId } = store.identity;
  log({
    level: groupsLost > 0 ? 'warn' : 'info',
    event: 'storage-opened',
    directory,
    durability: durability.kind,
    storeId,
    incarnation,
    groupsReplayed,
    operationsReplayed,
    groupsLost,
    partitions: store.positions().length,
  });
  return {
    createStorage: (position) => store.storageOf(position),
    store,
    incarnation,
    failed,
    clusterId: store.identity.clusterId,
    ringSize: store.identity.ringSize,
    ringEpoch: store.ringEpoch,
    rebind: (clusterId) =>
      new Promise<void>((resolve, reject) => {
        store.setClusterId(clusterId, (error) => (error === undefined ? resolve() : reject(error)));
      }).catch(rethrow),
    bind: ({ clusterId, ringSize }) => store.bind({ clusterId, ringSize }).catch(rethrow),
    close: (clockMs) => store.close(clockMs).catch(rethrow),
  };
}

/** Before the node begins: it may issue nothing that was not reserved. */
function reserveClock(store: DurableStore): Promise<void> {
  const ceilingMs = clockReservation(Math.max(Date.now(), store.clockFloorMs));
  return new Promise<void>((resolve, reject) => {
    store.reserveClock(ceilingMs, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  }).catch(rethrow);
}

function rethrow(error: unknown): never {
  throw error instanceof StorageError ? serverError(error) : error;
}

function serverError(error: StorageError): ServerError {
  return new ServerError('bad-data', error.message, { definite: error.definite, cause: error });
}

function randomWord(): number {
  return randomInt(0x1_0000_0000) | 0;
}
