// What a driver is: the only thing that rkv needs to know to put load on a store.
// A driver module exports a `Driver` as its default. Everybody writes `open`; drivers that come with rkv
// also have `openTicketed`, a path without a promise per operation.
import type { BenchConfigInput } from './config/schema.js';

/**
 * How one operation ended.
 * - ok: it succeeded; `units` (default 1) is what it counts for; `value` is what a read has read, which
 *   verification (`--verify`) needs to say anything about it; `elapsedUs` is what the driver itself has timed, in
 *   microseconds, to be recorded in place of what the loop sees (what was measured elsewhere, a part of the operation).
 * - missing: a read that succeeded and found no value; counted as a success and on its own.
 * - failed: `definite` says that it certainly had no effect; when in doubt leave it out (false).
 * - silent: not counted at all.
 * - stop: this worker is done (for example its keys are used up) and starts no further operation.
 */
export type Outcome =
  | { kind: 'ok'; units?: number; value?: Buffer; elapsedUs?: number }
  | { kind: 'missing' }
  | { kind: 'failed'; code: string; definite?: boolean; message?: string }
  | { kind: 'silent' }
  | { kind: 'stop' };

/** Draws the next key: a number for integer generators, bytes for the others. */
export type DrawKey = () => number | Buffer;
/** Draws the next value. The bytes may be shared with later values: copy them to keep or change them. */
export type DrawValue = () => Buffer;

/** One worker's connection to the store. `run` is never called again before its promise has settled. */
export interface Session {
  run(operation: string, drawKey: DrawKey, drawValue: DrawValue): Outcome | Promise<Outcome>;
  close?(): void | Promise<void>;
}

/** What a driver is told when it opens. */
export interface DriverOptions {
  /** Host and port of each endpoint, in the order given; the driver's own default when none was given. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  /** One connection per load thread and endpoint, or one per worker. */
  readonly connections: 'shared' | 'per-worker';
  /** An operation that takes longer has failed with the code `timeout`. */
  readonly timeoutMs: number;
  readonly concurrentWorkers: number;
  /** The endpoints are a cluster that rkv has started for this run, where nobody logs in. */
  readonly isBundled?: boolean | undefined;
  /** What stands under `driverOptions` in the configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What one worker is told: the options of the run, and what is its own. */
export interface WorkerOptions extends DriverOptions {
  /** The keys that this worker has put, for reading its own puts; both calls take constant time. */
  readonly ownPuts: {
    add(key: number): void;
    /** One of the distinct keys added, each equally likely; undefined when there is none. */
    pick(): number | undefined;
  };
}

export interface Driver {
  readonly name: string;
  /** One sentence for `rkv bench drivers` and for error messages. */
  readonly description?: string;
  /** The operations that `run` understands; omit to accept any name. */
  readonly operations?: readonly string[];
  /** Where the driver connects when no endpoint is given, as `host:port`; omit if it connects nowhere. */
  readonly defaultEndpoint?: string;
  /** rkv starts a cluster of its own for this driver when no endpoint is given. */
  readonly bundledCluster?: boolean;
  /** It logs in and speaks TLS: `user`, `passwordFile` and `tls` are among its settings, and those flags go there. */
  readonly logsIn?: boolean;
  /** False: it never says what a read has read, so that nothing can be verified. */
  readonly handsOverReads?: boolean;
  /** What was put is gone when the sessions close, so that nothing can be loaded before a run. */
  readonly forgetsAtClose?: boolean;
  /** Benchmark settings that this driver brings along; a configuration and flags override them. */
  readonly defaults?: BenchConfigInput;
  /** Opens worker `workerId` (1 to N). Throwing ends the run before it began, with the error's message. */
  open?(workerId: number, options: WorkerOptions): Session | Promise<Session>;
  /** The fast path; used instead of `open` when present. */
  openTicketed?(context: TicketedContext): Promise<TicketedSession>;
}

/** Checks the shape at compile time and returns its argument. */
export function defineDriver(driver: Driver): Driver {
  return driver;
}

/** What a ticketed session tells of an operation's end; see `Outcome`. */
export const ticketOk = 0;
export const ticketMissing = 1;
/** Failures are `ticketFailed + index`, where the index comes from `TicketedContext.failure`. */
export const ticketFailed = 16;

/**
 * The fast path. A ticket is a worker's number within its load thread (0 to workers - 1); a worker has at
 * most one operation in flight, so the ticket identifies the operation, and the loop keeps all that it
 * knows of an operation in arrays indexed by ticket.
 */
export interface TicketedContext {
  readonly options: DriverOptions;
  /** Number of tickets in this load thread. */
  readonly workers: number;
  /** What each operation index does; resolved once, so that the hot path compares integers. */
  readonly operations: readonly TicketedOperation[];
  /** Key and value of each ticket, drawn before the clock starts, valid until `complete`. */
  readonly keys: ByteSlots;
  readonly values: ByteSlots;
  /** The key as an integer when the key generator draws integers; otherwise -1. */
  readonly keyIntegers: Float64Array;
  /** Registers a kind of failure once and returns its index. `example` is a text for people. */
  failure(code: string, definite: boolean, example: string): number;
  /** Replies have arrived: reads the clock once for all the completions that follow. */
  arrived(): void;
  /**
   * The operation of `ticket` ended with `result` (ticketOk, ticketMissing or ticketFailed + index).
   * The worker's next operation is submitted from within this call.
   */
  complete(ticket: number, result: number): void;
  /**
   * Where it is there, what is read is verified: hand over the value of a read, `source[start..end)`, before its
   * `complete`. The bytes are not needed afterwards. Absent, values are best not looked at.
   */
  readonly observe?: ((ticket: number, source: Buffer, start: number, end: number) => void) | undefined;
  /** All that arrived is completed: takes the start time of what was submitted meanwhile, then flushes. */
  settled(): void;
}

export interface TicketedOperation {
  readonly name: string;
  readonly kind: 'get' | 'put' | 'delete';
}

/** Bytes of slot i are buffer[i] from start[i] to end[i]; a view, so nothing is copied to hand them over. */
export interface ByteSlots {
  readonly buffers: Buffer[];
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** All the workers of one load thread on one session. */
export interface TicketedSession {
  /** Queues one operation; it must not complete before `flush`. */
  submit(ticket: number, operation: number): void;
  /** Sends what was queued; called once per batch, directly after the start time was taken. Completes nothing. */
  flush(): void;
  /** The operation of `ticket` has taken longer than the timeout: end it now, with a failure. */
  expire(ticket: number): void;
  close(): Promise<void>;
}
