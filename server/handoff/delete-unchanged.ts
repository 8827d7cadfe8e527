/** Deletes what the receiver of a transfer has, as long as it is what was sent. */
import { compareVersions } from '../object/index.js';
import { emptyRecordView } from '../storage/index.js';
import type { Vnode } from '../vnode/index.js';
import { readChunk } from './record-chunk.js';

/**
 * Deletes the records of a chunk from a vnode, but those that have changed since they were sent. Throws the
 * storage's error if it cannot: what is left is sent again.
 */
export function deleteUnchanged(vnode: Vnode, records: Buffer): void {
  readChunk(records, 0, records.length, (keyStart, keyEnd, sent) => {
    if (
      vnode.storage.get(records, keyStart, keyEnd, found) &&
      compareVersions(sent.version, sent.versionOffset, found.version, found.versionOffset) === 0
    )
      vnode.remove(records, keyStart, keyEnd);
    return true;
  });
}

// One view for all calls: nothing here is asynchronous.
const found = emptyRecordView();
