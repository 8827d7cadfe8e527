/**
 * A whole cluster in one process: the nodes themselves, on a network of queues, with one clock that moves only
 * when told to and one seed. The same seed gives the same run. Faults so far: crash, restart with empty memory,
 * freeze, and cutting the network between nodes; messages are delayed by chance but, as in TCP, never reordered
 * within a connection.
 */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import {
  type ClientSession,
  type IncomingLink,
  type LogEvent,
  type NodeLimits,
  RkvNode,
} from '../node/index.js';
import type { Quorum } from '../request/index.js';
import { createRing, nodeName, type Ring } from '../ring/index.js';
import { MemoryStorage } from '../storage/index.js';
import { EventQueue } from './event-queue.js';
import { SimulatedClient } from './simulated-client.js';

export interface SimulatedClusterOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly quorum?: Quorum;
  readonly ringSize?: number;
  readonly limits?: Partial<NodeLimits>;
  /** Node numbers to the cluster id that they think is theirs, to have strangers. */
  readonly clusterIds?: Readonly<Record<number, string>>;
}

/** One member's process: a node, or nothing while it is crashed. */
interface Machine {
  readonly number: number;
  node: RkvNode | undefined;
  /** Counts its lives, so that what was meant for a former one is lost. */
  life: number;
  isFrozen: boolean;
  flushIsDue: boolean;
  /** Events that came while it was frozen. */
  backlog: (() => void)[];
}

/** One connection, from the node that opened it to the one that listens. */
interface Connection {
  readonly from: number;
  readonly to: number;
  readonly close: (reason: string) => void;
}

const tickMs = 25;
const wallStartMs = 1_700_000_000_000;

export class SimulatedCluster {
  readonly ring: Ring;
  readonly logs: (LogEvent & { node: number })[] = [];
  readonly #options: SimulatedClusterOptions;
  readonly #queue: EventQueue;
  readonly #machines: Machine[];
  readonly #connections = new Set<Connection>();
  readonly #cuts = new Set<string>();

  constructor(options: SimulatedClusterOptions) {
    this.#options = options;
    this.#queue = new EventQueue(options.seed);
    const names = Array.from({ length: options.nodes }, (_, i) => nodeName(`node${i + 1}@127.0.0.1`));
    this.ring = createRing({ clusterId: 'sim', ringSize: options.ringSize ?? 16, members: names });
    this.#machines = names.map((_, number) => ({
      number,
      node: undefined,
      life: 0,
      isFrozen: false,
      flushIsDue: false,
      backlog: [],
    }));
    for (const machine of this.#machines) this.restart(machine.number);
  }

  get nowMs(): number {
    return this.#queue.nowMs;
  }

  node(number: number): RkvNode {
    const node = this.#machines[number]?.node;
    assert(node !== undefined, `node ${number} runs`);
    return node;
  }

  /** Lets `ms` pass. */
  run(ms: number): void {
    this.#queue.runUntil(this.nowMs + ms);
  }

  /** Lets time pass until something is so; fails after `limitMs`. */
  runUntil(what: string, isSo: () => boolean, limitMs = 20_000): void {
    const endMs = this.nowMs + limitMs;
    while (!isSo()) {
      assert(this.nowMs < endMs, `${what} within ${limitMs} simulated ms (seed ${this.#options.seed})`);
      this.run(5);
    }
  }

  /** Until every node that runs sees every other. */
  form(): void {
    this.runUntil('all links up', () => this.#machines.every((machine) => machine.node?.isReady === true));
  }

  client(number: number): SimulatedClient {
    const node = this.node(number);
    return new SimulatedClient({
      open: (port) => node.openClient(port),
      send: (session, bytes) => this.#at(number, () => node.clientBytes(session, bytes, 0, bytes.length)),
      drained: (session: ClientSession) => this.#at(number, () => node.clientDrained(session)),
    });
  }

  /** Ends a node at once; its connections break, its memory is gone. */
  crash(number: number): void {
    const machine = this.#machines[number]!;
    machine.node = undefined;
    machine.life++;
    machine.backlog = [];
    machine.isFrozen = false;
    machine.flushIsDue = false;
    this.#breakConnections((connection) => connection.from === number || connection.to === number);
  }

  /** Starts a node that does not run, with empty memory. */
  restart(number: number): void {
    const machine = this.#machines[number]!;
    assert(machine.node === undefined, `node ${number} does not run`);
    const life = machine.life;
    const { quorum = { n: 3, r: 2, w: 2 }, limits, clusterIds } = this.#options;
    const ring = { ...this.ring, clusterId: clusterIds?.[number] ?? this.ring.clusterId };
    machine.node = new RkvNode(
      {
        name: this.ring.members[number]!,
        ring,
        addresses: [],
        quorum,
        incarnation: life + 1,
        ...(limits === undefined ? {} : { limits }),
      },
      {
        nowMs: () => this.nowMs,
        wallMs: () => wallStartMs + Math.floor(this.nowMs),
        random: () => this.#queue.random(),
        checksum: (bytes) => crc32(bytes),
        createStorage: () => new MemoryStorage(),
        connectLink: (member) => this.#connect(number, member),
        requestFlush: () => {
          if (machine.flushIsDue) return;
          machine.flushIsDue = true;
          this.#later(number, 0, () => {
            machine.flushIsDue = false;
            machine.node?.flush();
          });
        },
        log: (event) => this.logs.push({ ...event, node: number }),
      },
    );
    this.#tick(number);
  }

  /** Stops a node's time, as SIGSTOP does; everything that comes waits. */
  freeze(number: number): void {
    this.#machines[number]!.isFrozen = true;
  }

  thaw(number: number): void {
    const machine = this.#machines[number]!;
    machine.isFrozen = false;
    for (const event of machine.backlog.splice(0)) event();
  }

  /** Loses everything between two nodes, in both directions, without telling them. */
  cut(a: number, b: number): void {
    this.#cuts.add(`${a}-${b}`).add(`${b}-${a}`);
  }

  /** Ends all cuts. The connections that lost bytes break now, as retransmission would find. */
  heal(): void {
    const cuts = new Set(this.#cuts);
    this.#cuts.clear();
    this.#breakConnections(({ from, to }) => cuts.has(`${from}-${to}`));
  }

  #tick(number: number): void {
    const node = this.#machines[number]!.node;
    node?.tick();
    this.#later(number, tickMs, () => this.#tick(number));
  }

  #connect(from: number, to: number): void {
    const target = this.#machines[to]!;
    if (target.node === undefined || this.#cuts.has(`${from}-${to}`)) {
      this.#later(from, 10, () => this.node(from).linkClosed(to, undefined, 'refused'));
      return;
    }
    this.#later(from, this.#delayMs(), () => this.#open(from, to));
  }

  #open(from: number, to: number): void {
    const [source, target] = [this.node(from), this.#machines[to]!.node];
    if (target === undefined) {
      source.linkClosed(to, undefined, 'refused');
      return;
    }
    let isOpen = true;
    let arriveMs = this.nowMs;
    const close = (reason: string) => {
      if (!isOpen) return;
      isOpen = false;
      this.#connections.delete(connection);
      this.#later(from, 1, () => this.#machines[from]!.node?.linkClosed(to, port, reason));
      this.#later(to, 1, () => this.#machines[to]!.node?.incomingClosed(incoming, reason));
    };
    const connection: Connection = { from, to, close };
    this.#connections.add(connection);
    const incoming: IncomingLink = target.acceptLink({ destroy: () => close('closed by the other side') });
    const port = {
      queuedBytes: 0,
      write: (bytes: Buffer) => {
        const copy = Buffer.from(bytes);
        // In order: what is sent later never arrives earlier.
        arriveMs = Math.max(arriveMs, this.nowMs + this.#delayMs());
        this.#later(to, arriveMs - this.nowMs, () => {
          if (isOpen && !this.#cuts.has(`${from}-${to}`))
            this.#machines[to]!.node?.linkBytes(incoming, copy, 0, copy.length);
        });
        return true;
      },
      end: () => close('ended'),
      destroy: () => close('given up'),
    };
    source.linkOpened(to, port);
  }

  #breakConnections(isBroken: (connection: Connection) => boolean): void {
    for (const connection of [...this.#connections]) if (isBroken(connection)) connection.close('broken');
  }

  #delayMs(): number {
    return 0.1 + this.#queue.random() * 2;
  }

  /** Runs something at a node now, or when it thaws; nothing if it has crashed by then. */
  #at(number: number, event: () => void): void {
    const machine = this.#machines[number]!;
    const life = machine.life;
    if (machine.isFrozen)
      machine.backlog.push(() => {
        if (machine.life === life) event();
      });
    else event();
  }

  #later(number: number, ms: number, event: () => void): void {
    const machine = this.#machines[number]!;
    const life = machine.life;
    this.#queue.add(this.nowMs + ms, () => {
      if (machine.life === life) this.#at(number, event);
    });
  }
}
