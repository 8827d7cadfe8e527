/**
 * Watches what clients do with their time: one that takes too long to send a request, to log in, or to say anything at
 * all is closed, and costs others nothing meanwhile. Time is that of the node's ticks: nothing is read per request.
 */
import type { ClientSession } from './client-session.js';
import type { LogEvent } from './environment.js';

export interface ClientTimes {
  /** From the first byte of a request to its last. Lower frees what slow senders hold; higher lets slow lines through. */
  readonly clientRequestMs: number;
  /** Where there are users: from the beginning of a connection, or RESET, to the login. */
  readonly clientLoginMs: number;
  /** A client that is owed nothing and has said nothing for this long is closed; 0, as in Redis: never. */
  readonly clientIdleMs: number;
}

export const clientTimesDefault: ClientTimes = {
  clientRequestMs: 60_000,
  clientLoginMs: 10_000,
  clientIdleMs: 0,
};

/** Clients are looked at this often. */
const lookMs = 250;

type Lateness = 'request-not-whole' | 'not-logged-in' | 'idle';

export class ClientWatch {
  readonly #times: ClientTimes;
  readonly #log: (event: LogEvent) => void;
  readonly #closed: Record<Lateness, number> = { 'request-not-whole': 0, 'not-logged-in': 0, idle: 0 };
  #nowMs: number;
  #lookAtMs = 0;

  constructor(times: ClientTimes, nowMs: number, log: (event: LogEvent) => void) {
    this.#times = times;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** The client has sent something. `hasRun`: at least one whole request was in it, or before it. */
  heard(client: ClientSession, hasRun: boolean): void {
    client.heardMs = this.#nowMs;
    if (client.reader.carriedBytes === 0 || client.isHeld) client.partialSinceMs = 0;
    else if (hasRun || client.partialSinceMs === 0) client.partialSinceMs = this.#nowMs;
  }

  tick(nowMs: number, clients: Iterable<ClientSession>): void {
    this.#nowMs = nowMs;
    if (nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + lookMs;
    for (const client of clients) {
      const reason = this.#lateness(client);
      if (reason === undefined) continue;
      this.#closed[reason]++;
      client.isCutOff = true;
      const from = client.port.address ?? '';
      this.#log({ level: 'warn', event: 'client-too-slow', client: client.id, from, reason });
      client.port.destroy();
    }
  }

  counters(): readonly (readonly [string, number])[] {
    return [
      ['clients_slow_total', this.#closed['request-not-whole']],
      ['clients_not_logged_in_total', this.#closed['not-logged-in']],
      ['clients_idle_total', this.#closed.idle],
    ];
  }

  #lateness(client: ClientSession): Lateness | undefined {
    const { clientRequestMs, clientLoginMs, clientIdleMs } = this.#times;
    const nowMs = this.#nowMs;
    // What is not read, or waits for an answer of ours, is not late.
    if (client.isExclusive || client.isHeld || client.isCutOff) return undefined;
    if (client.rights === 0 && nowMs - client.strangerSinceMs > clientLoginMs) return 'not-logged-in';
    if (client.partialSinceMs > 0 && nowMs - client.partialSinceMs > clientRequestMs)
      return 'request-not-whole';
    const isIdle = clientIdleMs > 0 && client.replies.outstanding === 0;
    return isIdle && nowMs - client.heardMs > clientIdleMs ? 'idle' : undefined;
  }
}
