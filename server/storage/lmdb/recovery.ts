/**
 * What a store does first: it brings the table up to the end of the log and begins a new incarnation, both in
 * one durable transaction. So a crash during recovery only repeats it, and no group of an earlier incarnation
 * can ever be taken for one of the new.
 *
 * The log ends at the first group that is not whole. That is what a crash leaves behind, unless a group behind
 * it says that it had been flushed: then the disk has lost what it had promised to keep.
 */
import { StorageError } from '../storage-error.js';
import type { LogPlace } from './group-log.js';
import { findGroups, forEachOperation, type GroupHeader, putKind, readGroup } from './log-format.js';
import { addStatistics, type PartitionStatistics } from './partition-statistics.js';
import { isLive } from './record-format.js';
import type { RecordTable } from './record-table.js';
import {
  identityWrite,
  placeWrite,
  readStatistics,
  type StoreIdentity,
  statisticsWrite,
} from './store-records.js';

/** What recovery found in the log. */
export interface RecoveryReport {
  groupsReplayed: number;
  operationsReplayed: number;
  /** Flushed groups that the disk no longer has; only ever above zero with `acceptLoss`. */
  groupsLost: number;
}

interface Group {
  log: Buffer;
  at: number;
  end: number;
}

const tableOverheadBytes = 10;

/** `files` are the contents of the log's files. Throws `corrupt` if flushed groups are gone, unless accepted. */
export function recover(
  table: RecordTable,
  files: readonly Buffer[],
  from: { place: LogPlace; incarnation: number; next: StoreIdentity },
  acceptLoss: boolean,
): RecoveryReport {
  const { groups, last } = readLog(files, from.place, from.incarnation);
  const groupsLost = countLost(files, last, from.incarnation);
  if (groupsLost > 0 && !acceptLoss) {
    throw new StorageError(
      'corrupt',
      `The log is damaged: ${groupsLost} acknowledged groups of writes cannot be read. ` +
        'To go on with what is left, and have the rest from other replicas only, start with --accept-loss.',
      { definite: true },
    );
  }
  let operationsReplayed = 0;
  const changed = new Map<number, PartitionStatistics>();
  table.commitSync((put) => {
    for (const { log, at, end } of groups) {
      forEachOperation(log, at, end, (kind, keyAt, recordAt, recordEnd) => {
        const key = log.subarray(keyAt, recordAt);
        const record = kind === putKind ? log.subarray(recordAt, recordEnd) : undefined;
        const position = key.readUInt16BE(0);
        const statistics = changed.get(position) ?? { ...readStatistics(table, position) };
        changed.set(position, statistics);
        addStatistics(statistics, contribution(key, table.get(key), table.lastBytes), -1);
        addStatistics(statistics, contribution(key, record, record?.length ?? 0));
        put({ key, record });
        operationsReplayed++;
      });
    }
    for (const [position, statistics] of changed) put(statisticsWrite(position, statistics));
    put(placeWrite({ generation: 0, offset: 0, sequence: 0 }));
    put(identityWrite(from.next));
  });
  return { groupsReplayed: groups.length, operationsReplayed, groupsLost };
}

/** The groups behind a place, in order, and where the next one would have been. */
function readLog(
  files: readonly Buffer[],
  place: LogPlace,
  incarnation: number,
): { groups: Group[]; last: number } {
  const groups: Group[] = [];
  let { generation, offset, sequence } = place;
  const isNext = (header: GroupHeader) =>
    header.incarnation === incarnation && header.sequence === sequence + 1;
  while (true) {
    let log = files[generation % files.length]!;
    let group = readGroup(log, offset);
    if (group === undefined || !isNext(group.header) || group.header.generation !== generation) {
      // The log may have gone on at the beginning of the other file.
      log = files[(generation + 1) % files.length]!;
      group = readGroup(log, 0);
      if (group === undefined || !isNext(group.header) || group.header.generation !== generation + 1)
        return { groups, last: sequence };
      generation++;
      offset = 0;
    }
    groups.push({ log, at: offset, end: group.end });
    offset = group.end;
    sequence++;
  }
}

/** How many groups behind the last one that can be read had been flushed, by what later groups say. */
function countLost(files: readonly Buffer[], last: number, incarnation: number): number {
  let flushed = last;
  for (const log of files) {
    for (const header of findGroups(log, 0)) {
      if (header.incarnation === incarnation && header.sequence > last + 1)
        flushed = Math.max(flushed, header.flushedSequence);
    }
  }
  return flushed - last;
}

function contribution(key: Buffer, record: Buffer | undefined, bytes: number): PartitionStatistics {
  if (record === undefined) return { count: 0, liveCount: 0, bytesUsed: 0 };
  return {
    count: 1,
    liveCount: isLive(record, 0) ? 1 : 0,
    bytesUsed: key.length + bytes + tableOverheadBytes,
  };
}
