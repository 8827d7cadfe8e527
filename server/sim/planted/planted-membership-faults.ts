/** Faults planted in who is asked, how members change and partitions move; see planted-faults.ts. */
import { OwnershipSource } from '../../handoff/ownership-source.js';
import { TransferDesk } from '../../handoff/transfer-desk.js';
import { type PreferenceList, PreferenceLists } from '../../ring/index.js';
import type { RunSettings } from '../run/settings.js';
import { TrueCluster } from '../true-cluster.js';
import type { PlantedFault } from './planted-faults.js';
import { replaceGetter, replaceMethod } from './replace-method.js';

export const plantedMembershipFaults: readonly PlantedFault[] = [
  {
    name: 'fallback-before-primary',
    mistake: 'A fallback is asked though its primary is up.',
    breaks: ['I9'],
    seeds: 2,
    settings: (drawn) => ({
      ...moving(drawn),
      consistency: 'sloppy',
      members: 5,
      kinds: new Set(),
      network: { ...drawn.network, tailShare: 0, splitShare: 0, duplicateShare: 0 },
    }),
    plant: () =>
      replaceMethod(
        PreferenceLists.prototype,
        'select',
        (select) =>
          function selectWithout(
            this: PreferenceLists,
            position: number,
            n: number,
            isUp: Uint8Array,
            out: PreferenceList,
          ) {
            const fewer = Uint8Array.from(isUp);
            fewer[position % fewer.length] = 0;
            return select.call(this, position, n, fewer, out);
          },
      ),
  },
  {
    name: 'handed-over-before-it-is-owned',
    mistake: 'The owner of a partition deletes what its next owner has acknowledged, and owns it still.',
    breaks: ['I43'],
    seeds: 10,
    settings: (drawn) => moving(drawn),
    plant: () =>
      replaceMethod(
        OwnershipSource.prototype,
        'acknowledged',
        (acknowledged) =>
          function deleteAtOnce(this: OwnershipSource, records: Buffer) {
            this.drain();
            acknowledged.call(this, records);
          },
      ),
  },
  {
    name: 'transfers-without-limit',
    mistake: 'A node begins every transfer that is due, at once.',
    breaks: ['I44'],
    seeds: 10,
    settings: (drawn) => moving(drawn),
    plant: () => replaceGetter(TransferDesk.prototype, 'hasFreeSlot', true),
  },
  {
    name: 'ring-file-not-read',
    mistake: 'A node that is started again begins with the cluster as it was first formed.',
    breaks: ['I34', 'I24', 'I21'],
    seeds: 10,
    settings: (drawn) => ({ ...moving(drawn), kinds: new Set(['op-join', 'op-commit', 'crash']) }),
    plant: () => replaceMethod(TrueCluster.prototype, 'saved', () => () => undefined),
  },
];
/** A cluster of which the members change while many keys are written. */
function moving(settings: RunSettings): RunSettings {
  return {
    ...settings,
    sessions: 5,
    requestsMax: 256,
    syncTailShare: 0,
    traits: { ...settings.traits, keys: 100, thinkMs: 20, putShare: 0.5, deleteShare: 0.1 },
    nodes: 5,
    members: 3,
    storage: 'disk',
    quorum: { n: 3, r: 2, w: 2 },
    consistency: 'sloppy',
    kinds: new Set(['op-join', 'op-leave', 'op-commit']),
    paceMs: 300,
  };
}
