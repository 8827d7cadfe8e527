/**
 * One transfer at its receiver. It applies the records by version, so that what comes twice, or late, changes
 * nothing, and acknowledges a chunk when it is durable. Chunks must come in their order: a gap ends the
 * transfer, since what is missing would never come.
 */
import type { NodeName } from '../ring/index.js';
import type { RecordView, Storage } from '../storage/index.js';
import { readChunk } from './record-chunk.js';
import {
  chunkHeaderBytes,
  foldDigest,
  jsonContent,
  type RefusalCode,
  readCancel,
  readTally,
  type Tally,
  type TransferKind,
  type TransferMessage,
  tallyContent,
  transferMessageKind,
} from './transfer-message.js';
import type { TransferPace } from './transfer-pace.js';

export interface IncomingOptions {
  readonly from: NodeName;
  readonly fromLife: number;
  readonly id: number;
  readonly kind: TransferKind;
  readonly position: number;
  /** Of ownership: the epoch at which the transition was scheduled. */
  readonly since: number;
  readonly dataId: string;
  /** Applies a record unless a newer one is there; false if it could not be stored. */
  apply(bytes: Buffer, keyStart: number, keyEnd: number, record: RecordView): boolean;
  /** Where the records go; for its sync. */
  storage(): Storage;
  checksum(bytes: Buffer): number;
  /** Counts the records that have been applied where these go, since they were newer. */
  changes(): number;
  /** Something that was stored may have been undone. */
  onSyncFailed(): void;
  send(message: TransferMessage): void;
  readonly pace: TransferPace;
  /** All that there was has come, and what changes at the sender follows. */
  onArrived(): void;
}

export class IncomingTransfer {
  readonly options: IncomingOptions;
  readonly startedMs: number;
  isOver = false;
  /** All that there was has come, and what changes at the sender follows. */
  isFollowing = false;
  /** Why it ended, unless the sender has got its confirmation. */
  reason = '';
  records = 0;
  bytes = 0;
  /** Records that were newer than what was there. */
  newerRecords = 0;
  #heardMs: number;
  #nextChunk = 0;
  /** Chunks that are durable, and are acknowledged a little later. */
  #unsaid: Tally[] = [];
  /** What is durable. */
  readonly #durable: Tally = { number: 0, count: 0, digest: 0 };

  constructor(options: IncomingOptions, nowMs: number) {
    this.options = options;
    this.startedMs = nowMs;
    this.#heardMs = nowMs;
    this.accept();
  }

  /** Answers the begin of this transfer; also when it comes again. */
  accept(): void {
    this.#say(transferMessageKind.accept, jsonContent({ dataId: this.options.dataId }));
  }

  onMessage({ kind, content }: TransferMessage, nowMs: number): void {
    if (this.isOver) return;
    this.#heardMs = nowMs;
    switch (kind) {
      case transferMessageKind.chunk:
        this.#onChunk(content);
        return;
      case transferMessageKind.end:
        this.#onEnd(readTally(content));
        return;
      case transferMessageKind.cancel:
        this.end(
          this.isFollowing ? '' : `the sender gave up: ${readCancel(content)?.why ?? 'for no reason'}`,
        );
        return;
      case transferMessageKind.alive:
        return;
      default:
        this.refuse('bad-chunk', 'this message makes no sense here');
    }
  }

  /** Ends the transfer if the sender has been silent for too long. */
  tick(nowMs: number, silenceMs: number): void {
    this.acknowledge();
    if (!this.isOver && nowMs - this.#heardMs > silenceMs)
      this.refuse('unknown', `the sender was silent for ${silenceMs} ms`);
  }

  refuse(code: RefusalCode, why: string): void {
    this.#say(transferMessageKind.refuse, jsonContent({ code, why }));
    this.end(why);
  }

  end(reason: string): void {
    this.isOver = true;
    this.reason = reason;
  }

  #onChunk(content: Buffer): void {
    const { apply, changes, checksum, storage, pace } = this.options;
    if (content.length < chunkHeaderBytes) {
      this.refuse('bad-chunk', 'a chunk is too short');
      return;
    }
    const number = content.readUInt32BE(0);
    // A chunk that came twice was acknowledged, or will be.
    if (number < this.#nextChunk) return;
    if (number > this.#nextChunk) {
      this.refuse('bad-chunk', `chunk ${number} came, and ${this.#nextChunk} was expected`);
      return;
    }
    const changesBefore = changes();
    let isStored = true;
    const count = pace.run(() =>
      readChunk(content, chunkHeaderBytes, content.length, (keyStart, keyEnd, record) => {
        isStored = apply(content, keyStart, keyEnd, record);
        return isStored;
      }),
    );
    this.newerRecords += changes() - changesBefore;
    if (!isStored) {
      this.refuse('storage', 'a record could not be stored');
      return;
    }
    if (count !== content.readUInt32BE(4)) {
      this.refuse('bad-chunk', `chunk ${number} cannot be read`);
      return;
    }
    this.#nextChunk++;
    this.records += count;
    this.bytes += content.length - chunkHeaderBytes;
    const digest = checksum(content.subarray(chunkHeaderBytes));
    storage().sync((error) => this.#synced({ number, count, digest }, error));
  }

  #synced(chunk: Tally, error: Error | undefined): void {
    if (error !== undefined) this.options.onSyncFailed();
    if (this.isOver) return;
    if (error !== undefined) {
      this.refuse('storage', `what came could not be made durable: ${error.message}`);
      return;
    }
    this.#durable.number++;
    this.#durable.count += chunk.count;
    this.#durable.digest = foldDigest(this.#durable.digest, chunk.digest);
    this.#unsaid.push(chunk);
    this.acknowledge();
  }

  /** Acknowledges what is durable, as soon as the pace allows the sender to send more. */
  acknowledge(): void {
    if (this.isOver || !(this.isFollowing || this.options.pace.isOpen())) return;
    for (const chunk of this.#unsaid) this.#say(transferMessageKind.ack, tallyContent(chunk));
    this.#unsaid = [];
  }

  #onEnd(sent: Tally | undefined): void {
    const { number, count, digest } = this.#durable;
    // The sender waits for all acknowledgements before it ends.
    if (sent === undefined || sent.number !== number || sent.count !== count || sent.digest !== digest) {
      this.refuse('bad-chunk', `${count} records in ${number} chunks have come, and others were sent`);
      return;
    }
    this.#say(transferMessageKind.done, tallyContent(this.#durable));
    if (this.options.kind !== 'ownership') {
      this.end('');
      return;
    }
    this.isFollowing = true;
    this.options.onArrived();
  }

  #say(kind: number, content: Buffer): void {
    const { position, id, fromLife, send } = this.options;
    send({ kind, position, id, life: fromLife, content });
  }
}
