/**
 * The network between the machines: connections that deliver bytes in order, late, in pieces, or not at all.
 * As with TCP, what is lost ends the connection in the end, and nothing is delivered twice or out of order
 * within one; between two connections any order is possible. Cuts have a direction.
 */

import { crc32 } from 'node:zlib';
import { frameHeaderBytes } from '../link/frame-writer.js';
import { messageKind } from '../link/index.js';
import type { IncomingLink, OutputPort, RkvNode } from '../node/index.js';
import type { RandomStream } from './random-stream.js';
import type { Scheduler } from './scheduler.js';
import { eventTag, type SimulatedMachine } from './simulated-machine.js';

export interface NetworkTimes {
  /** A delay is drawn from `delayMinMs` up to that and `delaySpreadMs`. */
  readonly delayMinMs: number;
  readonly delaySpreadMs: number;
  /** This share of the delays is longer by the factor. */
  readonly tailShare: number;
  readonly tailFactor: number;
  /** This share of the chunks arrives in two pieces. */
  readonly splitShare: number;
  /** This share of the chunks is delivered twice, as no TCP does: for what must not depend on that. */
  readonly duplicateShare: number;
}

export const networkTimesDefault: NetworkTimes = {
  delayMinMs: 0.1,
  delaySpreadMs: 2,
  tailShare: 0,
  tailFactor: 1,
  splitShare: 0,
  duplicateShare: 0,
};

/** One connection, from the node that opened it to the one that listens. */
interface Connection {
  readonly from: number;
  readonly to: number;
  readonly close: (reason: string) => void;
  /** The next chunk has a bit turned over. */
  isCorrupting: boolean;
  isOpen: boolean;
  /** When the last chunk arrives: what is sent later never arrives earlier. */
  arriveMs: number;
}

export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #random: RandomStream;
  readonly #times: NetworkTimes;
  readonly #machines: readonly SimulatedMachine[];
  readonly #connections = new Set<Connection>();
  readonly #cuts = new Set<number>();
  /** Directed pairs to the factor by which they are slower. */
  readonly #slow = new Map<number, number>();
  /** What was counted of the faults that chance brings. */
  readonly counts = { tail: 0, split: 0, lost: 0, duplicated: 0 };

  constructor(options: {
    scheduler: Scheduler;
    random: RandomStream;
    machines: readonly SimulatedMachine[];
    times: NetworkTimes;
  }) {
    this.#scheduler = options.scheduler;
    this.#random = options.random;
    this.#machines = options.machines;
    this.#times = options.times;
  }

  /** Loses everything from one node to another, without telling them. */
  cut(from: number, to: number): void {
    this.#cuts.add(pair(from, to));
  }

  isCut(from: number, to: number): boolean {
    return this.#cuts.has(pair(from, to));
  }

  /** Ends cuts and slowness. The connections that lost bytes break now, as retransmission would find. */
  heal(): void {
    const cuts = new Set(this.#cuts);
    this.#cuts.clear();
    this.#slow.clear();
    this.#break(({ from, to }) => cuts.has(pair(from, to)));
  }

  slow(from: number, to: number, factor: number): void {
    this.#slow.set(pair(from, to), factor);
  }

  /** Ends the connections between two nodes; both find out. */
  breakBetween(a: number, b: number): void {
    this.#break(({ from, to }) => (from === a && to === b) || (from === b && to === a));
  }

  /** Ends all connections of a node that has ended. */
  breakOf(number: number): void {
    this.#break(({ from, to }) => from === number || to === number);
  }

  /** Turns a bit over in what is sent next from one node to another. */
  corrupt(from: number, to: number): void {
    for (const connection of this.#connections)
      if (connection.from === from && connection.to === to) connection.isCorrupting = true;
  }

  /** By which nodes tell frames that were damaged. */
  checksum(bytes: Buffer): number {
    return crc32(bytes);
  }

  /** A delay from one node to another; -1 stands for a client. */
  delayMs(from: number, to: number): number {
    const { delayMinMs, delaySpreadMs, tailShare, tailFactor } = this.#times;
    let ms = delayMinMs + this.#random.fraction() * delaySpreadMs;
    if (tailShare > 0 && this.#random.chance(tailShare)) {
      ms *= tailFactor;
      this.counts.tail++;
    }
    return ms * (this.#slow.get(pair(from, to)) ?? 1);
  }

  /** Opens a connection; ends in `linkOpened` or `linkClosed` of the node that asked, with its number for the other. */
  connect(from: number, to: number, member: number): void {
    const source = this.#machines[from]!;
    const target = this.#machines[to]!;
    const fail = (reason: string) => source.node?.linkClosed(member, undefined, reason);
    if (this.isCut(from, to) || this.isCut(to, from)) {
      source.later(200, eventTag.link, () => fail('timed out'));
    } else if (target.node === undefined || target.isFrozen) {
      source.later(10, eventTag.link, () => fail('refused'));
    } else {
      source.later(this.delayMs(from, to), eventTag.link, () => {
        if (target.node === undefined) fail('refused');
        else this.#open({ source, target, member }, source.node!, target.node);
      });
    }
  }

  #open(
    { source, target, member }: { source: SimulatedMachine; target: SimulatedMachine; member: number },
    opener: RkvNode,
    acceptor: RkvNode,
  ): void {
    const connection: Connection = {
      from: source.number,
      to: target.number,
      isCorrupting: false,
      isOpen: true,
      arriveMs: 0,
      close: (reason) => {
        if (!connection.isOpen) return;
        connection.isOpen = false;
        this.#connections.delete(connection);
        source.later(1, eventTag.link, () => source.node?.linkClosed(member, port, reason));
        target.later(1, eventTag.link, () => target.node?.incomingClosed(incoming, reason));
      },
    };
    this.#connections.add(connection);
    const incoming = acceptor.acceptLink({ destroy: () => connection.close('closed by the other side') });
    const port: OutputPort = {
      queuedBytes: 0,
      write: (bytes) => {
        this.#send(connection, target, incoming, Buffer.from(bytes));
        return true;
      },
      end: () => connection.close('ended'),
      destroy: () => connection.close('given up'),
    };
    opener.linkOpened(member, port);
  }

  #send(connection: Connection, target: SimulatedMachine, incoming: IncomingLink, bytes: Buffer): void {
    const { from, to } = connection;
    if (connection.isCorrupting) {
      connection.isCorrupting = false;
      const at = this.#random.below(bytes.length);
      bytes[at]! ^= 1 << this.#random.below(8);
    }
    const { splitShare } = this.#times;
    const isSplit = splitShare > 0 && this.#random.chance(splitShare);
    if (isSplit) this.counts.split++;
    const middle = isSplit ? this.#random.below(bytes.length) : bytes.length;
    this.#scheduler.trace.add(bytes.length, bytes.length >= 12 ? bytes.readInt32BE(8) : 0);
    for (const [start, end] of isSplit
      ? [[0, middle] as const, [middle, bytes.length] as const]
      : ([[0, middle]] as const)) {
      const nowMs = this.#scheduler.nowMs;
      connection.arriveMs = Math.max(connection.arriveMs, nowMs + this.delayMs(from, to) + target.slowMs);
      target.later(connection.arriveMs - nowMs, eventTag.bytes, () => {
        if (!connection.isOpen) return;
        if (this.isCut(from, to)) this.counts.lost++;
        else target.node?.linkBytes(incoming, bytes, start, end);
      });
    }
    if (!isSplit && this.#isDuplicated(bytes)) {
      this.counts.duplicated++;
      const delayMs = connection.arriveMs - this.#scheduler.nowMs;
      target.later(delayMs, eventTag.bytes, () => {
        if (connection.isOpen && !this.isCut(from, to))
          target.node?.linkBytes(incoming, bytes, 0, bytes.length);
      });
    }
  }

  /** A hello is not sent twice on one connection, so it is not delivered twice either. */
  #isDuplicated(bytes: Buffer): boolean {
    const { duplicateShare } = this.#times;
    if (duplicateShare === 0 || bytes[frameHeaderBytes] === messageKind.hello) return false;
    return this.#random.chance(duplicateShare);
  }

  #break(isBroken: (connection: Connection) => boolean): void {
    for (const connection of [...this.#connections]) if (isBroken(connection)) connection.close('broken');
  }
}

function pair(from: number, to: number): number {
  return (from + 1) * 4096 + to + 1;
}
