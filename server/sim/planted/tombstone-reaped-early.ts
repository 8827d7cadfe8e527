/** A planted fault: see planted-faults.ts. */
import { emptyRecordView, type RecordView } from '../../storage/index.js';
import { Vnode } from '../../vnode/index.js';
import type { PlantedFault } from './planted-faults.js';
import { replaceMethod } from './replace-method.js';

export const tombstoneReapedEarly: PlantedFault = {
  name: 'tombstone-reaped-early',
  mistake: 'A replica removes a tombstone when the next write comes, whoever may have something older.',
  breaks: ['I59', 'I41', 'I53', 'I49'],
  seeds: 3,
  settings: (drawn) => ({
    ...drawn,
    sessions: 5,
    requestsMax: 256,
    network: { ...drawn.network, tailShare: 0, splitShare: 0, duplicateShare: 0 },
    syncTailShare: 0,
    storage: 'disk',
    nodes: 5,
    quorum: { n: 3, r: 2, w: 2 },
    consistency: 'sloppy',
    kinds: new Set(['crash', 'isolate']),
    paceMs: 500,
    traits: { ...drawn.traits, keys: 10, thinkMs: 20, putShare: 0.5, deleteShare: 0.3 },
  }),
  plant: () => {
    const buried = new WeakMap<Vnode, Buffer>();
    return replaceMethod(
      Vnode.prototype,
      'apply',
      (apply) =>
        function reapNext(this: Vnode, key: Buffer, keyStart: number, keyEnd: number, record: RecordView) {
          const last = buried.get(this);
          buried.delete(this);
          const view = emptyRecordView();
          if (last !== undefined && this.storage.get(last, 0, last.length, view) && view.tombstone)
            this.remove(last, 0, last.length);
          if (record.tombstone) buried.set(this, Buffer.from(key.subarray(keyStart, keyEnd)));
          return apply.call(this, key, keyStart, keyEnd, record);
        },
    );
  },
};
