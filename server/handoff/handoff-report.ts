/** Counts the transfers that have ended, and tells of each in the log. */
import { type NodeName, partitionName } from '../ring/index.js';
import type { IncomingTransfer } from './incoming-transfer.js';
import type { OutgoingTransfer } from './outgoing-transfer.js';

export type HandoffLog = (
  level: 'info' | 'warn',
  event: string,
  details: Record<string, string | number>,
) => void;

export class HandoffReport {
  readonly #ringSize: number;
  readonly #nowMs: () => number;
  readonly #log: HandoffLog;
  #sent = 0;
  #received = 0;
  #failed = 0;
  #sentBytes = 0;

  constructor(ringSize: number, nowMs: () => number, log: HandoffLog) {
    this.#ringSize = ringSize;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  sent(transfer: OutgoingTransfer): void {
    const { options, state, reason, startedMs, ackedRecords, ackedBytes } = transfer;
    this.#sentBytes += ackedBytes;
    if (transfer.isRefusedBusy) return;
    if (state === 'complete') this.#sent++;
    else this.#failed++;
    this.#tell(state === 'complete', ['handoff-sent', 'handoff-failed'], {
      ...this.#detailsOf(options, startedMs),
      to: options.target,
      records: ackedRecords,
      bytes: ackedBytes,
      ...(state === 'complete' ? {} : { reason }),
    });
  }

  received({ options, records, bytes, reason, startedMs }: IncomingTransfer): void {
    if (reason === '') this.#received++;
    this.#tell(reason === '', ['handoff-received', 'handoff-broken-off'], {
      ...this.#detailsOf(options, startedMs),
      from: options.from,
      records,
      bytes,
      ...(reason === '' ? {} : { reason }),
    });
  }

  /** Lines for INFO, as name and value. */
  counters(): readonly (readonly [name: string, value: number])[] {
    return [
      ['handoffs_sent', this.#sent],
      ['handoffs_received', this.#received],
      ['handoffs_failed', this.#failed],
      ['handoff_bytes_sent', this.#sentBytes],
    ];
  }

  #detailsOf({ kind, position }: { kind: string; position: number }, startedMs: number) {
    return {
      kind,
      partition: partitionName(position, this.#ringSize),
      ms: Math.round(this.#nowMs() - startedMs),
    };
  }

  #tell(
    isFine: boolean,
    [fine, failed]: readonly [string, string],
    details: Record<string, string | number | NodeName>,
  ): void {
    this.#log(isFine ? 'info' : 'warn', isFine ? fine : failed, details);
  }
}
