/**
 * All transfers of a node, in both directions: begins them, brings each message to the one that it is for, keeps
 * to the limits, and ends those whose other side is gone. What is to be transferred, and when, is not its
 * business (handoff.ts), nor is who may receive what (`mayReceive`).
 */
import type { NodeName } from '../ring/index.js';
import type { RecordView } from '../storage/index.js';
import type { Vnode } from '../vnode/index.js';
import { ByteBudget } from './byte-budget.js';
import type { HandoffLimits } from './handoff-limits.js';
import { IncomingTransfer } from './incoming-transfer.js';
import { OutgoingTransfer } from './outgoing-transfer.js';
import type { FollowingSource, RecordSource } from './record-source.js';
import type { RepairAsk } from './repair-asks.js';
import {
  jsonContent,
  type Refusal,
  readBegin,
  type TransferBegin,
  type TransferKind,
  type TransferMessage,
  transferMessageKind,
} from './transfer-message.js';
import { TransferPace } from './transfer-pace.js';

export interface TransferDeskOptions {
  readonly self: NodeName;
  clusterId(): string;
  /** The incarnation of this node. */
  readonly life: number;
  /** Names the data of this node: another one when it has lost them. */
  readonly dataId: string;
  limits: HandoffLimits;
  nowMs(): number;
  /** The node has requests to answer, more than a few. */
  isBusy(): boolean;
  checksum(bytes: Buffer): number;
  /** Sends to a member; lost if it cannot be reached. */
  send(to: NodeName, message: TransferMessage): void;
  /** Why a transfer that another node asks for must not be received now; undefined if it may be. */
  mayReceive(from: NodeName, position: number, begin: TransferBegin): Refusal | undefined;
  apply(position: number, key: Buffer, keyStart: number, keyEnd: number, record: RecordView): boolean;
  vnodeOf(position: number): Vnode;
  /** Something that was stored may have been undone. */
  onSyncFailed(): void;
  /** A transfer of this node has ended, whichever way. */
  onSent(transfer: OutgoingTransfer): void;
  onReceived(transfer: IncomingTransfer): void;
  /** All of a partition has come to its next owner, this node. */
  onArrived(position: number, since: number): void;
}

/** What is to be sent, and to which life of which member. */
export interface TransferTask {
  readonly kind: TransferKind;
  readonly position: number;
  readonly target: NodeName;
  readonly targetLife: number;
  readonly since: number;
  readonly source: RecordSource;
  /** Of a repair: what was asked for. */
  readonly ask: RepairAsk | undefined;
  readonly following: FollowingSource | undefined;
}

export class TransferDesk {
  readonly #options: TransferDeskOptions;
  readonly #budget: ByteBudget;
  readonly pace: TransferPace;
  readonly #outgoing = new Map<number, OutgoingTransfer>();
  readonly #incoming = new Map<string, IncomingTransfer>();
  #nextId = 1;

  constructor(options: TransferDeskOptions) {
    this.#options = options;
    this.#budget = new ByteBudget(options.limits.bytesPerSecond, options.nowMs());
    const { nowMs, isBusy } = options;
    this.pace = new TransferPace({ nowMs, isBusy, limits: () => options.limits });
  }

  get outgoing(): readonly OutgoingTransfer[] {
    return [...this.#outgoing.values()];
  }

  get incoming(): readonly IncomingTransfer[] {
    return [...this.#incoming.values()];
  }

  get hasFreeSlot(): boolean {
    return this.outgoing.filter(({ isActive }) => isActive).length < this.#options.limits.outgoingMax;
  }

  /** Whether something is being received for a position. */
  isReceiving(position: number): boolean {
    return this.incoming.some((transfer) => transfer.options.position === position);
  }

  /** Changes the limits. What exceeds them now is ended, the newest first: it is tried again later. */
  setLimits(limits: HandoffLimits): void {
    this.#options.limits = limits;
    this.#budget.setRate(limits.bytesPerSecond, this.#options.nowMs());
    for (const transfer of this.outgoing.filter(({ isActive }) => isActive).slice(limits.outgoingMax))
      transfer.cancel('the limit of transfers was lowered', this.#options.nowMs());
    for (const transfer of this.incoming.filter(({ isFollowing }) => !isFollowing).slice(limits.incomingMax))
      transfer.refuse('busy', 'the limit of transfers was lowered');
    this.#endOver();
  }

  /** Begins to send; there must be a free slot. */
  start(task: TransferTask): OutgoingTransfer {
    const { life, clusterId, limits, checksum, send, nowMs } = this.#options;
    const id = this.#nextId++;
    const transfer = new OutgoingTransfer(
      {
        ...task,
        id,
        life,
        clusterId: clusterId(),
        limits,
        budget: this.#budget,
        pace: this.pace,
        checksum,
        send: (message) => send(task.target, message),
      },
      nowMs(),
    );
    this.#outgoing.set(id, transfer);
    return transfer;
  }

  /** A member in a certain life says something. */
  onMessage(from: NodeName, fromLife: number, message: TransferMessage): void {
    switch (message.kind) {
      case transferMessageKind.begin:
        this.#onBegin(from, fromLife, message);
        break;
      case transferMessageKind.accept:
      case transferMessageKind.refuse:
      case transferMessageKind.ack:
      case transferMessageKind.done: {
        const transfer = message.life === this.#options.life ? this.#outgoing.get(message.id) : undefined;
        const { target, targetLife } = transfer?.options ?? {};
        if (target === from && targetLife === fromLife) transfer!.onMessage(message, this.#options.nowMs());
        break;
      }
      default: {
        const transfer = message.life === fromLife ? this.#incoming.get(nameOf(from, message)) : undefined;
        if (transfer !== undefined) transfer.onMessage(message, this.#options.nowMs());
        else if (message.kind !== transferMessageKind.cancel)
          this.#refuse(from, message, { code: 'unknown', why: 'there is no such transfer' });
      }
    }
    this.#endOver();
  }

  /** A member cannot be reached any more, in the life that it had. */
  memberDown(member: NodeName): void {
    for (const transfer of this.#outgoing.values())
      if (transfer.options.target === member) transfer.fail(`${member} cannot be reached`);
    for (const transfer of this.#incoming.values())
      if (transfer.options.from === member) transfer.end(`${member} cannot be reached`);
    this.#endOver();
  }

  tick(nowMs: number): void {
    for (const transfer of this.#outgoing.values()) transfer.tick(nowMs);
    for (const transfer of this.#incoming.values()) transfer.tick(nowMs, this.#options.limits.silenceMs);
    this.#endOver();
  }

  /** Sends what has been noted since the last message. */
  pump(): void {
    for (const transfer of this.#outgoing.values()) transfer.pump(this.#options.nowMs());
    this.#endOver();
  }

  /** Ends a transfer that follows, since all is done. */
  finish(transfer: OutgoingTransfer): void {
    transfer.finish(this.#options.nowMs());
    this.#endOver();
  }

  /** Ends a transfer of this node that is not wanted any more. */
  cancel(transfer: OutgoingTransfer, reason: string): void {
    transfer.cancel(reason, this.#options.nowMs());
    this.#endOver();
  }

  #onBegin(from: NodeName, fromLife: number, message: TransferMessage): void {
    const known = this.#incoming.get(nameOf(from, message));
    if (known !== undefined) {
      known.accept();
      return;
    }
    const begin = readBegin(message.content);
    const refusal = this.#refusal(from, fromLife, message, begin);
    if (refusal !== undefined || begin === undefined) {
      this.#refuse(from, message, refusal ?? unreadable);
      return;
    }
    const { position, id } = message;
    const { dataId, apply, vnodeOf, checksum, send, nowMs, onArrived, onSyncFailed } = this.#options;
    // The sender has begun anew, and has not heard or not said that the former one ended.
    for (const former of this.#incoming.values())
      if (isFormer(former, from, position, begin)) former.end('the sender has begun anew');
    this.#endOver();
    const transfer = new IncomingTransfer(
      {
        from,
        fromLife,
        id,
        kind: begin.kind,
        position,
        since: begin.since,
        dataId,
        apply: (bytes, keyStart, keyEnd, record) => apply(position, bytes, keyStart, keyEnd, record),
        storage: () => vnodeOf(position).storage,
        changes: () => vnodeOf(position).changes,
        checksum,
        pace: this.pace,
        onSyncFailed,
        send: (answer) => send(from, answer),
        onArrived: () => onArrived(position, begin.since),
      },
      nowMs(),
    );
    this.#incoming.set(nameOf(from, message), transfer);
  }

  #refusal(
    from: NodeName,
    fromLife: number,
    message: TransferMessage,
    begin: TransferBegin | undefined,
  ): Refusal | undefined {
    const { self, life, clusterId, limits, mayReceive } = this.#options;
    if (begin === undefined) return unreadable;
    if (begin.clusterId !== clusterId())
      return wrongTarget(`this node is of cluster ${clusterId()}, and not of ${begin.clusterId}`);
    if (begin.target !== self || begin.targetLife !== life)
      return wrongTarget(
        `this is ${self} in its life ${life}, and not ${begin.target} in ${begin.targetLife}`,
      );
    if (message.life !== fromLife) return wrongTarget(`${from} has begun a new life since it said that`);
    if (from === self) return wrongTarget('a node sends nothing to itself');
    const others = this.incoming.filter(
      (transfer) => !transfer.isFollowing && !isFormer(transfer, from, message.position, begin),
    );
    if (others.length >= limits.incomingMax)
      return {
        code: 'busy',
        why: `${limits.incomingMax} transfers are being received, the most this node allows`,
      };
    return mayReceive(from, message.position, begin);
  }

  #refuse(to: NodeName, { position, id, life }: TransferMessage, refusal: Refusal): void {
    this.#options.send(to, {
      kind: transferMessageKind.refuse,
      position,
      id,
      life,
      content: jsonContent({ ...refusal, why: refusal.why.slice(0, 500) }),
    });
  }

  /** Forgets the transfers that are over, and tells of them. */
  #endOver(): void {
    for (const [id, transfer] of this.#outgoing) {
      if (!transfer.isOver) continue;
      this.#outgoing.delete(id);
      this.#options.onSent(transfer);
    }
    for (const [name, transfer] of this.#incoming) {
      if (!transfer.isOver) continue;
      this.#incoming.delete(name);
      this.#options.onReceived(transfer);
    }
  }
}

/** A transfer that the sender began before, of the same records for the same reason. */
function isFormer(
  { options }: IncomingTransfer,
  from: NodeName,
  position: number,
  { kind }: TransferBegin,
): boolean {
  return options.from === from && options.position === position && options.kind === kind;
}

function nameOf(from: NodeName, { id, life }: TransferMessage): string {
  return `${from} ${life} ${id}`;
}

function wrongTarget(why: string): Refusal {
  return { code: 'wrong-target', why };
}

const unreadable: Refusal = { code: 'bad-chunk', why: 'this begin cannot be read' };
