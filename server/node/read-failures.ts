/** Counts reads that the storage could not answer, and tells of them once a second at most, with an example. */
import type { StorageError } from '../storage/index.js';
import type { LogEvent } from './environment.js';

const logEveryMs = 1000;
/** Bytes of a key that are told. */
const keyBytesTold = 64;

export class ReadFailures {
  /** Reads that met a record which has changed on the disk. */
  corrupt = 0;
  /** Reads that failed otherwise. */
  failed = 0;
  #example: { position: number; key: string; reason: string } | undefined;
  #loggedMs = Number.NEGATIVE_INFINITY;

  note(position: number, key: Buffer, error: StorageError): void {
    if (error.code === 'corrupt') this.corrupt++;
    else this.failed++;
    this.#example ??= {
      position,
      key: key.toString('latin1', 0, keyBytesTold),
      reason: error.message,
    };
  }

  tick(nowMs: number, log: (event: LogEvent) => void): void {
    if (this.#example === undefined || nowMs - this.#loggedMs < logEveryMs) return;
    const { corrupt, failed } = this;
    log({ level: 'warn', event: 'reads-failed', ...this.#example, corrupt, failed });
    this.#example = undefined;
    this.#loggedMs = nowMs;
  }
}
