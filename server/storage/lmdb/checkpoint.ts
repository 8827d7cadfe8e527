/**
 * The checkpoint: moves what the log has into the table, a partition after the other, in transactions of a
 * bounded size, and at the end notes in the table up to where it has the log. A crash in between does no harm:
 * the log is then replayed from the older note over records that are partly there already.
 *
 * The log is flushed first, also where the durability level does not ask for it: else the table could hold an
 * operation that the log has lost, without those before it.
 */
import type { GroupLog, LogPlace } from './group-log.js';
import type { LmdbStorage } from './lmdb-storage.js';
import type { PendingRecord } from './pending-record.js';
import type { RecordTable, TableWrite } from './record-table.js';
import { placeWrite, statisticsWrite } from './store-records.js';

/** Operations of a transaction: as many as take some 3 ms of the event loop to hand over. */
const sliceOperations = 2000;

interface Part {
  storage: LmdbStorage;
  records: PendingRecord[];
}

/** Resolves to the place up to which the table now has the log; rejects with a StorageError. */
export async function checkpoint(
  log: GroupLog,
  table: RecordTable,
  storages: readonly LmdbStorage[],
  onReleased: (records: readonly PendingRecord[]) => void,
): Promise<LogPlace> {
  const place = log.place;
  await new Promise<void>((resolve, reject) => log.flush((error) => (error ? reject(error) : resolve())));
  const left: Part[] = storages
    .filter(({ hasDirty }) => hasDirty)
    .map((storage) => ({ storage, records: [] }));
  while (true) {
    const slice = nextSlice(left, place.sequence, onReleased);
    const isLast = left.length === 0;
    const writes = slice.flatMap(({ storage, records }) => [
      ...records.map(tableWrite),
      statisticsWrite(storage.position, storage.statisticsWith(records)),
    ]);
    if (isLast) writes.push(placeWrite(place));
    try {
      await table.commit(writes);
    } catch (error) {
      for (const { storage, records } of [...slice, ...left]) storage.giveBack(records);
      throw error;
    }
    for (const { storage, records } of slice) {
      storage.movedToTable(records);
      onReleased(records);
    }
    if (isLast) return place;
  }
}

/** Takes records from the first of the partitions that are left, and removes those of which nothing is. */
function nextSlice(
  left: Part[],
  sequence: number,
  onReleased: (records: readonly PendingRecord[]) => void,
): Part[] {
  const slice: Part[] = [];
  let room = sliceOperations;
  while (left.length > 0 && room > 0) {
    const part = left[0]!;
    if (part.records.length === 0) {
      const { records, unnecessary } = part.storage.takeDirty(sequence);
      part.records = records;
      onReleased(unnecessary);
    }
    const records = part.records.slice(0, room);
    part.records = part.records.slice(room);
    if (part.records.length === 0) left.shift();
    if (records.length > 0) slice.push({ storage: part.storage, records });
    room -= records.length;
  }
  return slice;
}

function tableWrite({ bytes, keyAt, recordAt, end, isDelete }: PendingRecord): TableWrite {
  return {
    key: bytes.subarray(keyAt, recordAt),
    record: isDelete ? undefined : bytes.subarray(recordAt, end),
  };
}
