/**
 * Faults that are planted in the product to see that the checkers find them. Each replaces a method for the time
 * of a run, so the product carries no switch for it; the four of atomic requests, which are inside of what no
 * method shows, are switches of their own (see register-run.test.ts).
 */
import { FallbackSource } from '../../handoff/fallback-source.js';
import type { ChunkBuilder } from '../../handoff/record-chunk.js';
import { TransferDesk } from '../../handoff/transfer-desk.js';
import { HybridClock, versionBytes } from '../../object/index.js';
import { PendingRequests } from '../../request/pending-requests.js';
import { replicasMax } from '../../request/quorum.js';
import { entryOk, RequestTable } from '../../request/request-table.js';
import type { RecordView } from '../../storage/index.js';
import { SimulatedDisk } from '../../testing/unsynced-storage.js';
import { applied, readUnsettled, Vnode } from '../../vnode/index.js';
import type { RunSettings } from '../run/settings.js';
import { SimulatedNetwork } from '../simulated-network.js';
import { plantedMembershipFaults } from './planted-membership-faults.js';
import { replaceMethod } from './replace-method.js';
import { tombstoneReapedEarly } from './tombstone-reaped-early.js';

export interface PlantedFault {
  readonly name: string;
  /** What is wrong, as a sentence. */
  readonly mistake: string;
  /** The invariants of which one must be found broken. */
  readonly breaks: readonly string[];
  /** Found within so many seeds, from 1 on. */
  readonly seeds: number;
  /** What a run must have for the fault to matter; the rest is drawn. */
  readonly settings: (drawn: RunSettings) => RunSettings;
  /** Puts the fault in place; returns what takes it away. */
  plant(): () => void;
}

const ofNodes = (nodes: number) => ({ nodes, members: nodes });
const kinds = (...names: string[]) => new Set(names);
const load = (settings: RunSettings, keys: number): RunSettings => ({
  ...settings,
  nodes: settings.members,
  sessions: 5,
  requestsMax: 256,
  network: { ...settings.network, tailShare: 0, splitShare: 0, duplicateShare: 0 },
  syncTailShare: 0,
  traits: { ...settings.traits, keys, thinkMs: 20, putShare: 0.5, deleteShare: 0.1 },
});
const tails = (settings: RunSettings): RunSettings => ({
  ...settings,
  network: { ...settings.network, tailShare: 0.01, tailFactor: 100 },
});
const withoutDeletes = (settings: RunSettings): RunSettings => ({
  ...settings,
  traits: { ...settings.traits, deleteShare: 0 },
});
const plain = { n: 3, r: 2, w: 2 };

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'one-member-counted-twice',
    mistake: 'A member that holds two copies of a key counts twice towards w.',
    breaks: ['I52'],
    seeds: 3,
    settings: (drawn) => ({
      ...load(drawn, 100),
      ...ofNodes(3),
      ringSize: 8,
      quorum: plain,
      consistency: 'sloppy',
      kinds: kinds('crash', 'isolate'),
    }),
    plant: () =>
      replaceMethod(
        RequestTable.prototype,
        'markOk',
        () =>
          function markOk(this: RequestTable<unknown>, slot: number, entry: number) {
            this.answered[slot]!++;
            this.entryState[entry] = entryOk;
          },
      ),
  },
  {
    name: 'error-counted-as-acknowledgement',
    mistake: 'A replica that refused a write counts towards w.',
    breaks: ['I52'],
    seeds: 3,
    settings: (drawn) => ({
      ...load(drawn, 10),
      storage: 'disk',
      quorum: plain,
      consistency: 'sloppy',
      kinds: kinds('disk-full'),
    }),
    plant: () =>
      replaceMethod(
        PendingRequests.prototype,
        'noteFailed',
        () =>
          function noteFailed(this: PendingRequests<unknown>, entry: number) {
            this.noteStored(Math.floor(entry / replicasMax), entry, false);
          },
      ),
  },
  {
    name: 'acknowledged-before-sync',
    mistake: 'A write is acknowledged before it is durable.',
    breaks: ['I41', 'I53', 'C3'],
    seeds: 5,
    settings: (drawn) => ({
      ...load(drawn, 100),
      storage: 'disk',
      syncMs: 10,
      quorum: plain,
      consistency: 'strict',
      kinds: kinds('crash', 'crash-many', 'slow-disk'),
    }),
    plant: () =>
      replaceMethod(
        SimulatedDisk.prototype,
        'sync',
        (sync) =>
          function syncLater(this: SimulatedDisk, done: (error?: Error) => void) {
            sync.call(this, () => {});
            done();
          },
      ),
  },
  {
    name: 'read-from-what-is-not-synced',
    mistake: 'A get tells of a record that a crash may take back.',
    breaks: ['I53', 'C3', 'I41'],
    seeds: 20,
    settings: (drawn) => ({
      ...load(drawn, 1),
      storage: 'disk',
      syncMs: 10,
      ...ofNodes(3),
      quorum: { n: 3, r: 2, w: 2 },
      consistency: 'atomic',
      syncTailShare: 0.05,
      kinds: kinds('crash-many', 'slow-disk'),
    }),
    plant: () =>
      replaceMethod(
        Vnode.prototype,
        'read',
        (read) =>
          function readAtOnce(this: Vnode, ...args: Parameters<Vnode['read']>) {
            return read.apply(this, args) & ~readUnsettled;
          },
      ),
  },
  {
    name: 'failed-sync-reported-as-done',
    mistake: 'After a sync has failed, the next ones say that all is well.',
    breaks: ['I41', 'I53'],
    seeds: 5,
    settings: (drawn) => ({
      ...load(drawn, 100),
      storage: 'disk',
      quorum: plain,
      consistency: 'strict',
      kinds: kinds('sync-error'),
      paceMs: 500,
    }),
    plant: () => {
      const lying = new WeakSet<SimulatedDisk>();
      const restores = [
        replaceMethod(
          SimulatedDisk.prototype,
          'fail',
          () =>
            function lie(this: SimulatedDisk) {
              lying.add(this);
            },
        ),
        replaceMethod(
          SimulatedDisk.prototype,
          'sync',
          (sync) =>
            function liedSync(this: SimulatedDisk, done: (error?: Error) => void) {
              if (lying.has(this)) done();
              else sync.call(this, done);
            },
        ),
        replaceMethod(
          SimulatedDisk.prototype,
          'crash',
          (crash) =>
            function endLie(this: SimulatedDisk, kept?: number) {
              lying.delete(this);
              crash.call(this, kept);
            },
        ),
      ];
      return () => {
        for (const restore of restores) restore();
      };
    },
  },
  {
    name: 'versions-ignored',
    mistake: 'A replica stores whatever comes last, whatever its version.',
    breaks: ['I49'],
    seeds: 3,
    settings: (drawn) => ({ ...tails(load(drawn, 3)), quorum: plain, kinds: kinds('crash') }),
    plant: () =>
      replaceMethod(
        Vnode.prototype,
        'apply',
        () =>
          function overwrite(this: Vnode, key: Buffer, keyStart: number, keyEnd: number, record: RecordView) {
            this.storage.put(key, keyStart, keyEnd, record);
            return applied;
          },
      ),
  },
  {
    name: 'incarnation-reused',
    mistake: 'A node that lost its data issues versions under its former incarnation.',
    breaks: ['I58'],
    seeds: 5,
    settings: (drawn) => ({
      ...load(drawn, 1),
      storage: 'memory',
      ...ofNodes(1),
      quorum: { n: 1, r: 1, w: 1 },
      consistency: 'sloppy',
      kinds: kinds('crash', 'clock-jump'),
      paceMs: 500,
    }),
    plant: () =>
      replaceMethod(
        HybridClock.prototype,
        'next',
        (next) =>
          function reuse(this: HybridClock, target: Buffer, offset: number) {
            next.call(this, target, offset);
            target.writeUInt32BE(1, offset + 12);
          },
      ),
  },
  {
    name: 'first-reply-wins',
    mistake: 'A get answers with the first record that it hears of, not with the newest.',
    breaks: ['I53'],
    seeds: 5,
    settings: (drawn) => ({
      ...tails(load(drawn, 3)),
      ...ofNodes(5),
      quorum: plain,
      consistency: 'strict',
      kinds: kinds('slow-link'),
    }),
    plant: () =>
      replaceMethod(
        RequestTable.prototype,
        'setVersion',
        () =>
          function setHighest(this: RequestTable<unknown>, slot: number) {
            this.bestVersion.fill(0xff, slot * versionBytes, (slot + 1) * versionBytes);
          },
      ),
  },
  {
    name: 'late-reply-counted',
    mistake: 'A reply to a former request in the same slot counts for the present one.',
    breaks: ['I52', 'C2', 'I53', 'I41'],
    seeds: 10,
    // Without deletes: a write may be late for longer here than a tombstone waits before it goes.
    settings: (drawn) => ({
      ...withoutDeletes(tails(load(drawn, 1))),
      requestsMax: 4,
      requestTimeoutMs: 200,
      quorum: { n: 3, r: 2, w: 3 },
      ...ofNodes(3),
      consistency: 'sloppy',
      kinds: kinds('slow-link', 'pause'),
    }),
    plant: () =>
      replaceMethod(
        RequestTable.prototype,
        'isCurrent',
        () =>
          function isUsed(this: RequestTable<unknown>, ref: { slot: number }) {
            return ref.slot < this.capacity && this.client[ref.slot] !== undefined;
          },
      ),
  },
  {
    name: 'no-deadline',
    mistake: 'A request whose answers are lost waits for ever.',
    breaks: ['I36'],
    seeds: 5,
    settings: (drawn) => ({
      ...load(drawn, 10),
      quorum: { n: 3, r: 3, w: 3 },
      consistency: 'sloppy',
      suspectMs: 20_000,
      kinds: kinds('one-way', 'isolate'),
    }),
    plant: () => replaceMethod(PendingRequests.prototype, 'tick', () => function tick() {}),
  },
  {
    name: 'checksum-not-looked-at',
    mistake: 'A frame that was damaged on its way is taken for a good one.',
    breaks: ['C2', 'I58', 'R6', 'R20', 'I9', 'I52', 'I53', 'I49'],
    seeds: 5,
    settings: (drawn) => ({ ...load(drawn, 3), kinds: kinds('corrupt'), paceMs: 500 }),
    plant: () => replaceMethod(SimulatedNetwork.prototype, 'checksum', () => () => 0),
  },
  {
    name: 'tombstone-not-kept',
    mistake: 'A delete removes the record and leaves no tombstone.',
    breaks: ['I52', 'I41', 'I53'],
    seeds: 2,
    settings: (drawn) => ({ ...load(drawn, 3), quorum: plain, consistency: 'sloppy', kinds: kinds('crash') }),
    plant: () =>
      replaceMethod(
        Vnode.prototype,
        'apply',
        (apply) =>
          function forget(this: Vnode, key: Buffer, keyStart: number, keyEnd: number, record: RecordView) {
            if (!record.tombstone) return apply.call(this, key, keyStart, keyEnd, record);
            this.storage.delete(key, keyStart, keyEnd);
            return applied;
          },
      ),
  },
  tombstoneReapedEarly,
  {
    name: 'hint-deleted-before-acknowledgement',
    mistake: 'A fallback deletes a record when it sends it, and not when it is acknowledged.',
    breaks: ['I43', 'I41'],
    seeds: 10,
    settings: (drawn) => ({
      ...load(drawn, 100),
      storage: 'disk',
      ...ofNodes(5),
      quorum: { n: 3, r: 1, w: 3 },
      consistency: 'sloppy',
      // So dense that a link ends while a transfer is on its way.
      kinds: kinds('crash', 'crash-torn', 'isolate', 'break', 'pause'),
      paceMs: 60,
    }),
    plant: () =>
      replaceMethod(
        FallbackSource.prototype,
        'fill',
        (fill) =>
          function fillAndDelete(this: FallbackSource, chunk: ChunkBuilder) {
            fill.call(this, chunk);
            this.acknowledged(chunk.bytes);
          },
      ),
  },
  {
    name: 'hints-never-sent',
    mistake: 'What a fallback took stays with it.',
    breaks: ['I47', 'I41'],
    seeds: 3,
    settings: (drawn) => ({
      ...load(drawn, 100),
      quorum: plain,
      ...ofNodes(5),
      storage: 'disk',
      consistency: 'sloppy',
      kinds: kinds('crash', 'isolate'),
    }),
    plant: () => replaceMethod(TransferDesk.prototype, 'start', () => function start() {} as never),
  },
  ...plantedMembershipFaults,
];
