/**
 * Handoff: brings the records of each vnode to the member that the ring names for them, and decides what is due,
 * when, and in what order. Hinted handoff: what this node holds of partitions that it does not own goes to their
 * owners as soon as these can be reached, whether or not there is traffic, and is deleted here as they make it
 * durable. Ownership handoff: what goes to a next owner is sent there, and followed until it owns it
 * (ownership-handoff.ts).
 *
 * It is woken by what happens (a member came up, a transfer ended), and looks by itself every now and then.
 */
import { type NodeName, partitionName } from '../ring/index.js';
import type { RecordView } from '../storage/index.js';
import { refused, type VnodeTable } from '../vnode/index.js';
import { FallbackSource } from './fallback-source.js';
import { type HandoffLimits, handoffLimitsDefault } from './handoff-limits.js';
import type { IncomingTransfer } from './incoming-transfer.js';
import type { OutgoingTransfer } from './outgoing-transfer.js';
import { OwnershipHandoff } from './ownership-handoff.js';
import { RetrySchedule } from './retry-schedule.js';
import type { RingView } from './ring-view.js';
import { TransferDesk, type TransferTask } from './transfer-desk.js';
import type { Refusal, TransferBegin, TransferKind, TransferMessage } from './transfer-message.js';
import { incomingStatus, outgoingStatus, type TransferStatus } from './transfer-status.js';

export interface HandoffOptions {
  readonly self: NodeName;
  clusterId(): string;
  /** The incarnation of this node. */
  readonly life: number;
  /** Names the data of this node: another one when it has lost them. */
  readonly dataId: string;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly limits?: Partial<HandoffLimits>;
  nowMs(): number;
  random(): number;
  checksum(bytes: Buffer): number;
  /** The life of a member, if it can be reached now. */
  lifeOf(member: NodeName): number | undefined;
  send(to: NodeName, message: TransferMessage): void;
  /** Takes note of a version from elsewhere; false if it must not be taken. */
  observe(version: Buffer, offset: number): boolean;
  /** Asks for one call of `flush` soon, after the events that are already there. */
  requestFlush(): void;
  /** All of a partition that goes to its next owner is there. */
  handedOver(position: number): void;
  log(level: 'info' | 'warn', event: string, details: Record<string, string | number>): void;
}

/** Something that is to be sent, whether or not it can be at the moment. */
interface Duty {
  readonly kind: TransferKind;
  readonly position: number;
  readonly target: NodeName;
  readonly since: number;
}

export class Handoff {
  readonly #options: HandoffOptions;
  readonly #desk: TransferDesk;
  readonly #retries: RetrySchedule;
  readonly #ownership: OwnershipHandoff;
  readonly #ring: RingView;
  #limits: HandoffLimits;
  #lookAtMs = 0;
  /** Where the next look begins, so that no partition waits for ever behind others that fail. */
  #firstPosition = 0;
  #sent = 0;
  #received = 0;
  #failed = 0;
  #sentBytes = 0;

  constructor(options: HandoffOptions) {
    this.#options = options;
    this.#ring = options.ring;
    this.#limits = { ...handoffLimitsDefault, ...options.limits };
    this.#retries = new RetrySchedule(this.#limits, options.random);
    const { self, clusterId, life, dataId, nowMs, checksum, send, vnodes } = options;
    this.#desk = new TransferDesk({
      self,
      clusterId,
      life,
      dataId,
      limits: this.#limits,
      nowMs,
      checksum,
      send,
      mayReceive: (from, position, begin) => this.#mayReceive(from, position, begin),
      apply: (position, key, keyStart, keyEnd, record) =>
        this.#apply(position, key, keyStart, keyEnd, record),
      storageOf: (position) => vnodes.at(position).storage,
      onSent: (transfer) => this.#onSent(transfer),
      onReceived: (transfer) => this.#onReceived(transfer),
    });
    this.#ownership = new OwnershipHandoff({
      self,
      ring: options.ring,
      vnodes,
      desk: this.#desk,
      handedOver: options.handedOver,
      requestPump: options.requestFlush,
    });
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
    this.#lookAtMs = 0;
  }

  /** A member can be reached, perhaps in a new life. */
  memberUp(member: NodeName): void {
    this.#retries.forget((what) => what.endsWith(` ${member}`));
    this.#look();
  }

  memberDown(member: NodeName): void {
    this.#desk.memberDown(member);
  }

  onMessage(from: NodeName, fromLife: number, message: TransferMessage): void {
    const wasFull = !this.#desk.hasFreeSlot;
    this.#desk.onMessage(from, fromLife, message);
    this.#ownership.step();
    // A transfer that ended, or follows, makes room for the next one.
    if (this.#lookAtMs === 0 || (wasFull && this.#desk.hasFreeSlot)) this.#look();
  }

  tick(nowMs: number): void {
    this.#desk.tick(nowMs);
    this.#ownership.step();
    if (nowMs >= this.#lookAtMs) this.#look();
  }

  /** Sends what has been written to partitions that are on their way. */
  flush(): void {
    this.#desk.pump();
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
      .filter((duty) => !outgoing.some(({ options }) => isFor(options, duty)))
      .map(
        ({ kind, position, target }): TransferStatus => ({
          kind,
          position,
          from: self,
          to: target,
          state: 'waiting',
          records: 0,
          recordsExpected: vnodes.running().find((vnode) => vnode.position === position)?.storage.count ?? 0,
          bytes: 0,
          bytesPerSecond: 0,
          remainingMs: undefined,
        }),
      );
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
      ['handoffs_sent', this.#sent],
      ['handoffs_received', this.#received],
      ['handoffs_failed', this.#failed],
      ['handoff_bytes_sent', this.#sentBytes],
    ];
  }

  /** Begins what is due and can be begun. */
  #look(): void {
    const nowMs = this.#options.nowMs();
    this.#lookAtMs = nowMs + this.#limits.lookMs;
    this.#dropEmpty();
    if (!this.#desk.hasFreeSlot) return;
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

  /** What is to be sent, in the order of positions. */
  #duties(): Duty[] {
    const { self, vnodes } = this.#options;
    const duties: Duty[] = [];
    for (let position = 0; position < this.#ring.ringSize; position++) {
      const owner = this.#ring.ownerOf(position);
      const transition = this.#ring.transitionOf(position);
      if (owner === self && transition !== undefined)
        duties.push({ kind: 'ownership', position, target: transition.nextOwner, since: transition.since });
    }
    for (const { position, storage, hasHints } of vnodes.running()) {
      const owner = this.#ring.ownerOf(position);
      if (owner === self || storage.isEmpty() || this.#ownership.has(position)) continue;
      if (hasHints || !this.#isComing(position))
        duties.push({ kind: 'hinted', position, target: owner, since: 0 });
    }
    return duties.sort((a, b) => a.position - b.position);
  }

  /** The partition is, or will be, this node's: what it holds of it is no fallback's. */
  #isComing(position: number): boolean {
    return this.#ring.transitionOf(position)?.nextOwner === this.#options.self;
  }

  /** The task of a duty; undefined if it cannot be begun now. */
  #taskOf(duty: Duty, nowMs: number): TransferTask | undefined {
    const { lifeOf, vnodes } = this.#options;
    const { kind, position, target, since } = duty;
    const targetLife = lifeOf(target);
    if (targetLife === undefined) return undefined;
    if (this.#desk.outgoing.some(({ options }) => isFor(options, duty))) return undefined;
    if (!this.#retries.isDue(nameOf(duty), nowMs) || !this.#retries.isDue(` ${target}`, nowMs))
      return undefined;
    const task = { kind, position, target, targetLife, since };
    if (kind === 'ownership') {
      const source = this.#ownership.sourceOf(position, target, since);
      return { ...task, source, following: source };
    }
    const vnode = vnodes.at(position);
    // What is written from here on is sent with the next transfer, if not with this one.
    if (this.#isComing(position)) vnode.hasHints = false;
    const source = new FallbackSource(position, vnode.storage, () => this.#isComing(position));
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
    const { log, nowMs } = this.#options;
    const { kind, position, target } = transfer.options;
    const duty = { kind, position, target };
    this.#ownership.ended(transfer);
    this.#sentBytes += transfer.ackedBytes;
    const details = {
      kind,
      partition: partitionName(position, this.#ring.ringSize),
      to: target,
      records: transfer.ackedRecords,
      bytes: transfer.ackedBytes,
      ms: Math.round(nowMs() - transfer.startedMs),
    };
    if (transfer.state === 'complete') {
      this.#sent++;
      this.#retries.forget((what) => what === nameOf(duty) || what === ` ${target}`);
      log('info', 'handoff-sent', details);
    } else if (transfer.isRefusedBusy) {
      this.#retries.postponed(` ${target}`, nowMs());
    } else {
      this.#failed++;
      if (kind === 'hinted') this.#options.vnodes.at(position).hasHints = true;
      this.#retries.failed(nameOf(duty), nowMs());
      log('warn', 'handoff-failed', { ...details, reason: transfer.reason });
    }
    this.#lookAtMs = 0;
  }

  #onReceived({ options, records, bytes, reason, startedMs }: IncomingTransfer): void {
    const { kind, position, from } = options;
    if (reason === '') this.#received++;
    this.#options.log(
      reason === '' ? 'info' : 'warn',
      reason === '' ? 'handoff-received' : 'handoff-broken-off',
      {
        kind,
        partition: partitionName(position, this.#ring.ringSize),
        from,
        records,
        bytes,
        ms: Math.round(this.#options.nowMs() - startedMs),
        ...(reason === '' ? {} : { reason }),
      },
    );
  }
}

function isFor(options: { kind: TransferKind; position: number; target: NodeName }, duty: Duty): boolean {
  return options.kind === duty.kind && options.position === duty.position && options.target === duty.target;
}

function nameOf({ kind, position, target }: Pick<Duty, 'kind' | 'position' | 'target'>): string {
  return `${kind} ${position} ${target}`;
}
