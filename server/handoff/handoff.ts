/**
 * Handoff: brings the records of each vnode to the member that the ring names for them, and decides what is due,
 * when, and in what order. Hinted handoff: what this node holds of partitions that it does not own goes to their
 * owners as soon as these can be reached, whether or not there is traffic, and is deleted here as they make it
 * durable. Ownership handoff: what goes to a next owner is sent there, and followed until it owns it
 * (ownership-handoff.ts). Repair: what others ask for is sent to them, and what this node has lost it asks for
 * (repair.ts).
 *
 * It is woken by what happens (a member came up, a transfer ended), and looks by itself every now and then.
 */
import type { SweepReport } from '../anti-entropy/index.js';
import { Reaping } from '../reaping/index.js';
import { KeyPlacement, type NodeName } from '../ring/index.js';
import type { RecordView } from '../storage/index.js';
import { refused, type VnodeTable } from '../vnode/index.js';
import { type Duty, dutiesOf, dutyName, isSameDuty } from './duties.js';
import { FallbackSource } from './fallback-source.js';
import { type HandoffLimits, handoffLimitsDefault } from './handoff-limits.js';
import { type HandoffLog, HandoffReport } from './handoff-report.js';
import type { IncomingTransfer } from './incoming-transfer.js';
import { Mending } from './mending.js';
import type { OutgoingTransfer } from './outgoing-transfer.js';
import type { ApplyRecord } from './own-copies.js';
import { OwnedPartitions } from './owned-partitions.js';
import { OwnershipHandoff } from './ownership-handoff.js';
import { RetrySchedule } from './retry-schedule.js';
import type { RingView } from './ring-view.js';
import { TransferDesk, type TransferTask } from './transfer-desk.js';
import type { Refusal, TransferBegin, TransferMessage } from './transfer-message.js';
import { incomingStatus, outgoingStatus, type TransferStatus, waitingStatus } from './transfer-status.js';

export interface HandoffOptions {
  readonly self: NodeName;
  clusterId(): string;
  /** The incarnation of this node. */
  readonly life: number;
  /** Names the data of this node: another one when it has lost them. */
  readonly dataId: string;
  /** The node has no records: it is new, or it has lost them. */
  readonly hasNoData: boolean;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly limits?: Partial<HandoffLimits>;
  nowMs(): number;
  wallMs(): number;
  random(): number;
  checksum(bytes: Buffer): number;
  /** The life of a member, if it can be reached now. */
  lifeOf(member: NodeName): number | undefined;
  send(to: NodeName, message: TransferMessage): void;
  /** Takes note of a version from elsewhere; false if it must not be taken. */
  observe(version: Buffer, offset: number): boolean;
  /** The record of a key was damaged here: the primaries are to be made equal. The key is a view. */
  repairKey(key: Buffer): void;
  /** Asks for one call of `flush` soon, after the events that are already there. */
  requestFlush(): void;
  /** All of a partition that goes to its next owner is there. */
  handedOver(position: number): void;
  /** The node has requests to answer, more than a few: transfers give way to them. */
  isBusy?(): boolean;
  /** Nothing may be begun yet: the vnodes are being given what belongs there. */
  isHeld?(): boolean;
  readonly log: HandoffLog;
}

/** While there are requests, what is written to a partition on its way is gathered for so long before it is sent. */
const followEveryMs = 4;

export class Handoff {
  readonly #options: HandoffOptions;
  readonly #desk: TransferDesk;
  readonly #retries: RetrySchedule;
  readonly #ownership: OwnershipHandoff;
  readonly #mending: Mending;
  readonly #reaping: Reaping;
  readonly #owned: OwnedPartitions;
  readonly #report: HandoffReport;
  readonly #placement: KeyPlacement;
  readonly #ring: RingView;
  #limits: HandoffLimits;
  #lookAtMs = 0;
  #pumpedMs = 0;
  /** Where the next look begins, so that no partition waits for ever behind others that fail. */
  #firstPosition = 0;

  constructor(options: HandoffOptions) {
    this.#options = options;
    this.#ring = options.ring;
    this.#report = new HandoffReport(options.ring.ringSize, options.nowMs, options.log);
    this.#placement = new KeyPlacement(options.ring.ringSize);
    this.#limits = { ...handoffLimitsDefault, ...options.limits };
    this.#retries = new RetrySchedule(this.#limits, options.random);
    const { self, clusterId, life, dataId, nowMs, checksum, send, vnodes } = options;
    const apply: ApplyRecord = (...record) => this.#apply(...record);
    this.#desk = new TransferDesk({
      self,
      clusterId,
      life,
      dataId,
      limits: this.#limits,
      nowMs,
      isBusy: () => options.isBusy?.() === true,
      checksum,
      send,
      mayReceive: (from, position, begin) => this.#mayReceive(from, position, begin),
      apply,
      onSyncFailed: () => vnodes.doubt(),
      vnodeOf: (position) => vnodes.at(position),
      onSent: (transfer) => this.#onSent(transfer),
      onReceived: (transfer) => this.#onReceived(transfer),
      onArrived: (position, since) => this.#owned.arrived(position, since),
    });
    this.#mending = new Mending({
      ...options,
      placement: this.#placement,
      limits: () => this.#limits,
      apply,
    });
    this.#reaping = new Reaping({
      ...options,
      placement: this.#placement,
      graceMs: () => this.#limits.tombstoneGraceMs,
      quarantineMs: () => this.#limits.reapQuarantineMs,
      isQuiet: () => this.#isQuiet,
    });
    this.#owned = new OwnedPartitions(self, options.ring);
    this.#ownership = new OwnershipHandoff({
      self,
      ring: options.ring,
      vnodes,
      desk: this.#desk,
      changedKeysMax: this.#limits.changedKeysMax,
      handedOver: options.handedOver,
      requestPump: options.requestFlush,
    });
    const owned = this.#owned.update();
    if (options.hasNoData) this.#mending.repair.begin(owned, true);
  }

  get ringSize(): number {
    return this.#ring.ringSize;
  }

  get limits(): HandoffLimits {
    return this.#limits;
  }

  setLimits(limits: Partial<HandoffLimits>): void {
    this.#limits = { ...this.#limits, ...limits };
    this.#desk.setLimits(this.#limits);
    this.#look();
  }

  /** Owners or transitions are others now. */
  ringChanged(): void {
    this.#mending.repair.begin(this.#owned.update(), true);
    this.#reaping.ringChanged();
    this.#lookAtMs = 0;
  }

  /** Repairs partitions of this node from what all other members hold of them. */
  repair(positions: readonly number[]): void {
    this.#mending.repair.begin(positions, false);
    this.#mending.repair.step();
  }

  /** Compares all partitions of this node with their replicas, or goes on to; returns how far that is. */
  verify(): SweepReport {
    this.#mending.verify();
    return this.#mending.sweepReport;
  }

  /** How far the comparison is that was begun last. */
  get sweepReport(): SweepReport {
    return this.#mending.sweepReport;
  }

  /** Whether this node knows what it has lost, if anything, of all members that can be reached. */
  get isSure(): boolean {
    return this.#mending.repair.isSure;
  }

  /** A member can be reached, perhaps in a new life. */
  memberUp(member: NodeName): void {
    this.#retries.forget((what) => what.endsWith(` ${member}`));
    this.#mending.memberUp(member);
    this.#look();
  }

  memberDown(member: NodeName): void {
    this.#desk.memberDown(member);
    this.#mending.memberDown(member);
    this.#reaping.memberDown();
  }

  onMessage(from: NodeName, fromLife: number, message: TransferMessage): void {
    this.#desk.pace.run(() => this.#onMessage(from, fromLife, message));
  }

  #onMessage(from: NodeName, fromLife: number, message: TransferMessage): void {
    const wasFull = !this.#desk.hasFreeSlot;
    if (this.#reaping.onMessage(from, fromLife, message)) return;
    if (this.#mending.onMessage(from, fromLife, message)) this.#lookAtMs = 0;
    else this.#desk.onMessage(from, fromLife, message);
    this.#ownership.step();
    // A transfer that ended, or follows, makes room for the next one.
    if (this.#lookAtMs === 0 || (wasFull && this.#desk.hasFreeSlot)) this.#look();
  }

  tick(nowMs: number): void {
    this.#desk.pace.run(() => {
      this.#desk.tick(nowMs);
      this.#ownership.tick();
      this.#mending.step();
      this.#reaping.step();
      if (nowMs >= this.#lookAtMs) this.#look();
    });
  }

  /** Sends what has been written to partitions that are on their way. */
  flush(): void {
    const nowMs = this.#options.nowMs();
    // With requests there are many flushes, and a message for each key that was written would cost much.
    if (this.#desk.pace.isBusy && nowMs - this.#pumpedMs < followEveryMs) return;
    this.#pumpedMs = nowMs;
    this.#desk.pace.run(() => this.#desk.pump());
  }

  /** Whether this node holds nothing that another member should have. */
  get isDrained(): boolean {
    const { self, vnodes } = this.#options;
    return vnodes.running().every(({ position, storage }) => {
      return this.#ring.ownerOf(position) === self || storage.isEmpty();
    });
  }

  /** What is being transferred from and to this node, and what waits to be sent. */
  transfers(): TransferStatus[] {
    const { self, nowMs, vnodes } = this.#options;
    const now = nowMs();
    const outgoing = this.#desk.outgoing;
    const waiting = this.#duties()
      .filter((duty) => !outgoing.some(({ options }) => isSameDuty(options, duty)))
      .map((duty) => waitingStatus(self, duty, vnodes.existing(duty.position)?.storage.count ?? 0));
    return [
      ...outgoing.map((transfer) => outgoingStatus(self, transfer, now)),
      ...this.#desk.incoming.map((transfer) => incomingStatus(self, transfer, now)),
      ...waiting,
    ];
  }

  /** Lines for INFO, as name and value. */
  counters(): readonly (readonly [name: string, value: number])[] {
    return [
      ['handoffs_sending', this.#desk.outgoing.length],
      ['handoffs_receiving', this.#desk.incoming.length],
      ['handoffs_waiting', this.#duties().length - this.#desk.outgoing.length],
      ...this.#mending.counters(),
      ['tombstones_reaped', this.#reaping.reaped],
      ...this.#report.counters(),
    ];
  }

  /** Begins what is due and can be begun. */
  #look(): void {
    if (this.#options.isHeld?.() === true) return;
    const nowMs = this.#options.nowMs();
    this.#lookAtMs = nowMs + this.#limits.lookMs;
    this.#dropEmpty();
    if (!this.#desk.hasFreeSlot || !this.#desk.pace.isOpen()) return;
    const duties = this.#duties();
    const first = duties.findIndex(({ position }) => position >= this.#firstPosition);
    const inTurn = first < 0 ? duties : [...duties.slice(first), ...duties.slice(0, first)];
    for (const duty of inTurn) {
      if (!this.#desk.hasFreeSlot) return;
      const task = this.#taskOf(duty, nowMs);
      if (task === undefined) continue;
      const transfer = this.#desk.start(task);
      if (duty.kind === 'ownership') this.#ownership.started(duty.position, transfer);
      this.#firstPosition = duty.position + 1;
    }
  }

  #duties(): Duty[] {
    const { self, vnodes } = this.#options;
    return dutiesOf({
      self,
      ring: this.#ring,
      vnodes,
      asks: this.#mending.asks,
      isGoing: (position) => this.#ownership.has(position),
      isRefilling: (position) => this.#mending.repair.isRefilling(position),
    });
  }

  /** Nothing is on its way from or to this node, and nothing waits to be. */
  get #isQuiet(): boolean {
    const { outgoing, incoming } = this.#desk;
    if (outgoing.length + incoming.length > 0 || this.#options.isHeld?.() === true) return false;
    return this.#mending.isIdle && this.#duties().length === 0;
  }

  /** The partition is, or will be, this node's: what it holds of it is no fallback's. */
  #isComing(position: number): boolean {
    return this.#ring.transitionOf(position)?.nextOwner === this.#options.self;
  }

  /** What is here of a partition must stay, whoever has it as well: it has come, or is coming. */
  #isKept(position: number): boolean {
    return this.#isComing(position) || this.#ring.ownerOf(position) === this.#options.self;
  }

  /** The task of a duty; undefined if it cannot be begun now. */
  #taskOf(duty: Duty, nowMs: number): TransferTask | undefined {
    const { lifeOf, vnodes } = this.#options;
    const { kind, position, target, since } = duty;
    const targetLife = lifeOf(target);
    if (targetLife === undefined) return undefined;
    if (this.#desk.outgoing.some(({ options }) => isSameDuty(options, duty))) return undefined;
    if (!this.#retries.isDue(dutyName(duty), nowMs) || !this.#retries.isDue(` ${target}`, nowMs))
      return undefined;
    const task = { kind, position, target, targetLife, since, ask: duty.ask };
    if (kind === 'ownership') {
      const source = this.#ownership.sourceOf(position, target, since);
      return { ...task, source, following: source };
    }
    if (kind === 'repair') {
      return { ...task, source: this.#mending.sourceOf(position, duty.ask?.part), following: undefined };
    }
    const vnode = vnodes.at(position);
    // What is written from here on is sent with the next transfer, if not with this one.
    if (this.#isComing(position)) vnode.hasHints = false;
    const source = new FallbackSource(vnode, () => this.#isKept(position));
    return { ...task, source, following: undefined };
  }

  /** A vnode that is not this node's, and holds nothing any more, ends. */
  #dropEmpty(): void {
    const { self, vnodes } = this.#options;
    for (const { position, storage } of vnodes.running()) {
      if (!storage.isEmpty() || this.#ring.ownerOf(position) === self || this.#isComing(position)) continue;
      if (!this.#desk.isReceiving(position) && !this.#ownership.has(position)) vnodes.remove(position);
    }
  }

  #mayReceive(from: NodeName, position: number, begin: TransferBegin): Refusal | undefined {
    const { self } = this.#options;
    const owner = this.#ring.ownerOf(position);
    // Also of a partition that is this node's already: the sender has not heard of it.
    if (owner === self) return undefined;
    const transition = this.#ring.transitionOf(position);
    const isDecided = owner === from && transition?.nextOwner === self && transition.since === begin.since;
    if (begin.kind === 'ownership' && isDecided) return undefined;
    return { code: 'not-owner', why: `${owner} owns the partition, as ${self} sees the ring` };
  }

  #apply(position: number, key: Buffer, keyStart: number, keyEnd: number, record: RecordView): boolean {
    const { vnodes, observe } = this.#options;
    if (!observe(record.version, record.versionOffset)) return false;
    return vnodes.at(position).merge(key, keyStart, keyEnd, record) !== refused;
  }

  #onSent(transfer: OutgoingTransfer): void {
    const { nowMs, vnodes } = this.#options;
    const { kind, position, target, ask } = transfer.options;
    const name = dutyName(transfer.options);
    const isComplete = transfer.state === 'complete';
    this.#report.sent(transfer);
    this.#ownership.ended(transfer);
    if (kind === 'hinted' && !isComplete) vnodes.at(position).hasHints = true;
    if (kind === 'hinted' && isComplete) this.#dropDamaged(transfer);
    if (ask !== undefined && isComplete) this.#mending.sent(ask);
    const isInVain = kind === 'hinted' && isComplete && transfer.ackedRecords === 0;
    if (isInVain) this.#retries.failed(name, nowMs());
    else if (isComplete) this.#retries.forget((what) => what === name || what === ` ${target}`);
    else if (transfer.isRefusedBusy) this.#retries.postponed(` ${target}`, nowMs());
    else this.#retries.failed(name, nowMs());
    this.#lookAtMs = 0;
  }

  /** What a fallback could not send since it is damaged is nothing any more, and must not be kept for ever. */
  #dropDamaged({ options: { position, source } }: OutgoingTransfer): void {
    if (!(source instanceof FallbackSource)) return;
    const keys = source.dropDamaged();
    for (const key of keys) this.#options.repairKey(key);
    if (keys.length > 0)
      this.#options.log('warn', 'damaged-hints-dropped', { position, records: keys.length });
  }

  #onReceived(transfer: IncomingTransfer): void {
    const { kind, position, from } = transfer.options;
    this.#report.received(transfer);
    if (kind === 'repair') this.#mending.repaired += transfer.newerRecords;
    if (transfer.reason === '' && kind === 'repair') this.#mending.received(position, from, transfer.records);
  }
}
