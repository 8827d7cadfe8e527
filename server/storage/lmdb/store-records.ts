/**
 * What a store keeps of itself, beside the records and checked as they are: whose it is, up to where the table
 * has the log, how far the clock may have come, and the statistics of each partition.
 */
import { emptyRecordView } from '../storage.js';
import { StorageError } from '../storage-error.js';
import type { LogPlace } from './group-log.js';
import { noStatistics, type PartitionStatistics } from './partition-statistics.js';
import {
  isIntact,
  recordBytes,
  tableKeyBytes,
  viewRecord,
  writeRecord,
  writeTableKey,
} from './record-format.js';
import type { RecordTable, TableWrite } from './record-table.js';

/** Whose store it is, and how often it has been opened. */
export interface StoreIdentity {
  /** The name of the node. */
  nodeId: string;
  /** Drawn when the store was made: tells it from every other, also of the same node after its disk was lost. */
  storeId: string;
  /** Undefined until the node has a cluster. */
  clusterId?: string;
  /** How many partitions the ring had by which the records were placed. */
  ringSize?: number;
  /** The ring epoch of that cluster by which the node went last. */
  ringEpoch?: number;
  incarnation: number;
}

const ownPosition = 0xffff;
const statisticsPosition = 0xfffe;
const storeFormat = 1;

export function identityWrite(identity: StoreIdentity): TableWrite {
  return ownWrite(ownPosition, 'identity', { format: storeFormat, ...identity });
}

/** Undefined in a new store. */
export function readIdentity(table: RecordTable): StoreIdentity | undefined {
  const found = readOwn<StoreIdentity & { format: number }>(table, ownPosition, 'identity');
  if (found === undefined) return undefined;
  const { format, ...identity } = found;
  if (format === storeFormat) return identity;
  throw new StorageError(
    'foreign-store',
    `The store has format ${format}; this version reads ${storeFormat}.`,
    {
      definite: true,
    },
  );
}

export function placeWrite(place: LogPlace): TableWrite {
  return ownWrite(ownPosition, 'place', place);
}

export function readPlace(table: RecordTable): LogPlace {
  return readOwn<LogPlace>(table, ownPosition, 'place') ?? { generation: 0, offset: 0, sequence: 0 };
}

export function clockWrite(ceilingMs: number): TableWrite {
  return ownWrite(ownPosition, 'clock', { ceilingMs });
}

export function readClock(table: RecordTable): number {
  return readOwn<{ ceilingMs: number }>(table, ownPosition, 'clock')?.ceilingMs ?? 0;
}

export function statisticsWrite(position: number, statistics: PartitionStatistics): TableWrite {
  return ownWrite(statisticsPosition, String(position), statistics);
}

export function readStatistics(table: RecordTable, position: number): PartitionStatistics {
  return readOwn<PartitionStatistics>(table, statisticsPosition, String(position)) ?? noStatistics();
}

function ownWrite(position: number, name: string, content: object): TableWrite {
  const key = Buffer.from(name);
  const value = Buffer.from(JSON.stringify(content));
  const recordAt = tableKeyBytes(key.length);
  const record = { ...emptyRecordView(), value, valueEnd: value.length };
  const bytes = Buffer.alloc(recordAt + recordBytes(key.length, record));
  writeTableKey(bytes, 0, position, key, 0, key.length);
  writeRecord(bytes, 0, recordAt, { bytes: key, start: 0, end: key.length }, record);
  return { key: bytes.subarray(0, recordAt), record: bytes.subarray(recordAt) };
}

function readOwn<T>(table: RecordTable, position: number, name: string): T | undefined {
  const key = Buffer.from(name);
  const tableKey = Buffer.alloc(tableKeyBytes(key.length));
  writeTableKey(tableKey, 0, position, key, 0, key.length);
  const found = table.get(tableKey);
  if (found === undefined) return undefined;
  const bytes = Buffer.concat([tableKey, found.subarray(0, table.lastBytes)]);
  if (!isIntact(bytes, 0, tableKey.length, bytes.length)) {
    throw new StorageError('corrupt', `The store's own record "${name}" is damaged on the disk.`, {
      definite: true,
    });
  }
  const view = emptyRecordView();
  viewRecord(bytes, tableKey.length, bytes.length, view);
  return JSON.parse(view.value.toString('utf8', view.valueStart, view.valueEnd)) as T;
}
