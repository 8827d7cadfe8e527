/**
 * A whole cluster in one process: the nodes themselves, on a network of queues, with one clock that moves only
 * when told to and one seed. The same seed gives the same run.
 */
import assert from 'node:assert/strict';
import type { CoverageLimits } from '../coverage/index.js';
import type { HandoffLimits } from '../handoff/index.js';
import {
  addressText,
  type ClusterState,
  createFormedState,
  type MemberAddress,
} from '../membership/index.js';
import {
  type Access,
  type ClientSession,
  type JoinOffer,
  type JoinResult,
  type LinkTimes,
  type LogEvent,
  type MembershipTimes,
  type NodeLimits,
  RkvNode,
  type SavedCluster,
} from '../node/index.js';
import type { Consistency, PlantedFault, Quorum } from '../request/index.js';
import { type NodeName, nodeName, type Ring } from '../ring/index.js';
import { MemoryStorage, type Storage } from '../storage/index.js';
import { SimulatedDisk } from '../testing/unsynced-storage.js';
import { RandomStream } from './random-stream.js';
import { ReplicaSurvey } from './replica-survey.js';
import { Scheduler } from './scheduler.js';
import { SimulatedClient } from './simulated-client.js';
import { eventTag, SimulatedMachine } from './simulated-machine.js';
import { type NetworkTimes, networkTimesDefault, SimulatedNetwork } from './simulated-network.js';
import { TrueCluster } from './true-cluster.js';
import { OperatorAsk } from './workload/operator-ask.js';

export interface SimulatedClusterOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly quorum?: Quorum;
  readonly consistency?: Consistency;
  /** A fault of the nodes that a test must find. */
  readonly plantedFault?: PlantedFault;
  readonly ringSize?: number;
  readonly limits?: Partial<NodeLimits>;
  readonly coverageLimits?: Partial<CoverageLimits>;
  readonly linkTimes?: Partial<LinkTimes>;
  readonly handoffLimits?: Partial<HandoffLimits>;
  readonly network?: Partial<NetworkTimes>;
  readonly membershipTimes?: Partial<MembershipTimes>;
  /** Each node begins as a cluster of its own; the default is one cluster of all of them. */
  readonly areAlone?: boolean;
  /** So many of the first nodes form a cluster, and the others begin alone; default: all. */
  readonly members?: number;
  /** Node numbers to the cluster id that they think is theirs, to have strangers. */
  readonly clusterIds?: Readonly<Record<number, string>>;
  /** Who may do what at each node; default: everybody everything. */
  readonly access?: Access;
  /** How long the next sync of a node's disk takes; without it, nodes keep everything in memory. */
  readonly syncMs?: (node: number) => number;
  /** Wraps each storage that a node makes, to see what is put there. */
  readonly wrapStorage?: (storage: Storage, node: number, position: number) => Storage;
  /** A node has lost what it held. */
  readonly onDataLost?: (node: number) => void;
  /** Default: keep all in `logs`. */
  readonly onLog?: (node: number, event: LogEvent) => void;
}

const tickMs = 25;
const firstPort = 7001;

export class SimulatedCluster {
  readonly names: readonly NodeName[];
  readonly logs: (LogEvent & { node: number })[] = [];
  /** What became of joins that were asked for. */
  readonly joins: JoinResult[] = [];
  /** All that operators have asked for, in its order. */
  readonly operatorAsks: OperatorAsk[] = [];
  readonly scheduler = new Scheduler();
  readonly machines: readonly SimulatedMachine[];
  readonly network: SimulatedNetwork;
  /** By node; none without `syncMs`. */
  readonly disks: readonly SimulatedDisk[];
  readonly survey: ReplicaSurvey;
  /** Who is in the cluster, and what was decided last. */
  readonly truth: TrueCluster;
  readonly #options: SimulatedClusterOptions;
  readonly #nodeRandom: RandomStream;
  /** By node: who wants to know when it ends. */
  readonly #endListeners: (() => void)[][];

  constructor(options: SimulatedClusterOptions) {
    this.#options = options;
    const random = new RandomStream(options.seed, 'cluster');
    this.#nodeRandom = random.fork('nodes');
    this.names = Array.from({ length: options.nodes }, (_, i) => nodeName(`node${i + 1}@127.0.0.1`));
    this.machines = this.names.map((_, number) => new SimulatedMachine(number, this.scheduler));
    this.truth = new TrueCluster({
      machines: this.machines,
      names: this.names,
      formed: this.#firstState(0),
      firstState: (number) => this.#firstState(number),
    });
    const { syncMs } = options;
    this.disks =
      syncMs === undefined
        ? []
        : this.machines.map(
            (machine) =>
              new SimulatedDisk({
                later: (ms, run) => machine.later(ms, eventTag.disk, run),
                syncMs: () => syncMs(machine.number),
              }),
          );
    this.survey = new ReplicaSurvey({
      nodes: options.nodes,
      ring: () => this.ring,
      isIn: (node) => this.truth.counts(node),
      nodeOf: (ring, member) => this.names.indexOf(ring.members[member]!),
      ...(syncMs === undefined ? {} : { durable: (node) => this.disks[node]!.durable }),
    });
    this.#endListeners = this.names.map(() => []);
    this.network = new SimulatedNetwork({
      scheduler: this.scheduler,
      random: random.fork('network'),
      machines: this.machines,
      times: { ...networkTimesDefault, ...options.network },
    });
    for (const machine of this.machines) this.restart(machine.number);
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  /** The ring as it was decided last. */
  get ring(): Ring {
    return this.truth.ring;
  }

  node(number: number): RkvNode {
    const node = this.machines[number]?.node;
    assert(node !== undefined, `node ${number} runs`);
    return node;
  }

  /** Lets `ms` pass. */
  run(ms: number): void {
    this.scheduler.runUntil(this.nowMs + ms);
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
    this.runUntil('all links up', () => this.machines.every((machine) => machine.node?.isReady === true));
  }

  client(number: number): SimulatedClient {
    const node = this.node(number);
    const machine = this.machines[number]!;
    return new SimulatedClient({
      open: (port) => node.openClient(port),
      send: (session, bytes) => machine.at(() => node.clientBytes(session, bytes, 0, bytes.length)),
      drained: (session: ClientSession) => machine.at(() => node.clientDrained(session)),
      closed: (session) => machine.at(() => node.clientClosed(session)),
    });
  }

  nameOf(number: number): string {
    return this.names[number]!;
  }

  /** Where a node serves clients. */
  placeOf(number: number): string {
    const { host, clientPort } = addressOf(number);
    return `${host}:${clientPort}`;
  }

  /** Calls once when a node that runs ends. */
  onEnd(number: number, listener: () => void): void {
    this.#endListeners[number]!.push(listener);
  }

  /**
   * Ends a node at once; its connections break, and its memory is gone. Of what its disk has not synced, the
   * `kept` oldest operations are there all the same. False if it does not run.
   */
  crash(number: number, kept = 0): boolean {
    return this.#end(number, (disk) => disk?.crash(kept), this.disks.length === 0);
  }

  /** As `crash`, and what it had on its disk is gone, too. */
  wipe(number: number): boolean {
    if (this.machines[number]!.node !== undefined) this.truth.forget(number);
    return this.#end(number, (disk) => disk?.wipe(), true);
  }

  #end(number: number, endDisk: (disk: SimulatedDisk | undefined) => void, isLost: boolean): boolean {
    const machine = this.machines[number]!;
    if (machine.node === undefined) return false;
    machine.end();
    this.survey.ended(number);
    endDisk(this.disks[number]);
    this.network.breakOf(number);
    for (const listener of this.#endListeners[number]!.splice(0)) listener();
    if (isLost) this.#options.onDataLost?.(number);
    return true;
  }

  /** A record on the disk of a node is damaged; false if it has none. */
  rot(number: number, index: number): boolean {
    if (this.disks[number]?.rot(index) !== true) return false;
    this.#options.onDataLost?.(number);
    return true;
  }

  /** As `restart`; false if the node runs. */
  start(number: number): boolean {
    if (this.machines[number]!.node !== undefined) return false;
    this.restart(number);
    return true;
  }

  /** Starts a node that does not run, with empty memory, or with what is on its disk. */
  restart(number: number): void {
    const machine = this.machines[number]!;
    assert(machine.node === undefined, `node ${number} does not run`);
    const { quorum = { n: 3, r: 2, w: 2 }, limits, linkTimes, membershipTimes, wrapStorage } = this.#options;
    const { consistency, plantedFault, coverageLimits, handoffLimits } = this.#options;
    const disk = this.disks[number];
    disk?.begin(machine.wallMs);
    const saved = this.truth.saved(number);
    const state = saved?.state ?? this.#firstState(number);
    const copies = saved?.copies ?? Math.min(quorum.n, state.members.size);
    if (disk !== undefined) this.truth.save(number, { state, copies });
    machine.node = new RkvNode(
      {
        name: this.names[number]!,
        state,
        copies,
        quorum,
        ...(consistency === undefined ? {} : { consistency }),
        ...(plantedFault === undefined ? {} : { plantedFault }),
        incarnation: machine.life + 1,
        ...(limits === undefined ? {} : { limits }),
        ...(coverageLimits === undefined ? {} : { coverageLimits }),
        ...(linkTimes === undefined ? {} : { linkTimes }),
        ...(handoffLimits === undefined ? {} : { handoffLimits }),
        ...(membershipTimes === undefined ? {} : { membershipTimes }),
      },
      {
        nowMs: () => this.nowMs,
        wallMs: () => machine.wallMs,
        random: () => this.#nodeRandom.fraction(),
        checksum: (bytes) => this.network.checksum(bytes),
        createStorage: (position) => {
          const storage = disk?.createStorage(position) ?? new MemoryStorage();
          this.survey.opened(number, position, storage);
          return wrapStorage === undefined ? storage : wrapStorage(storage, number, position);
        },
        ...(disk === undefined ? {} : { store: disk, saveCluster: this.#saver(number, disk) }),
        connectLink: (member, { clientPort }) => this.network.connect(number, clientPort - firstPort, member),
        fetchJoinOffer: ({ port }, done) => this.#fetchJoinOffer(machine, port - firstPort, done),
        ...(this.#options.access === undefined ? {} : { access: this.#options.access }),
        requestFlush: () => this.#flushSoon(machine),
        log: (event) => this.#log(number, event),
      },
    );
    this.#tick(machine);
  }

  /** An operator asks a node for something, and for the answer as JSON; undefined if nobody can ask there now. */
  operate(
    number: number,
    words: readonly string[],
    onEnd?: (ask: OperatorAsk) => void,
  ): OperatorAsk | undefined {
    const { node, isFrozen } = this.machines[number]!;
    if (node === undefined || isFrozen) return undefined;
    const ask = new OperatorAsk(this, number, words, onEnd);
    this.operatorAsks.push(ask);
    return ask;
  }

  /** A node asks to join the cluster of another; what becomes of it is in the states of both. */
  join(number: number, target: number): void {
    const { host, clientPort } = addressOf(target);
    const machine = this.machines[number]!;
    machine.at(() => machine.node?.join({ host, port: clientPort }, (result) => this.joins.push(result)));
  }

  /** Stops a node's time, as SIGSTOP does; everything that comes waits. */
  freeze(number: number): boolean {
    const machine = this.machines[number]!;
    if (machine.node === undefined || machine.isFrozen) return false;
    machine.freeze();
    return true;
  }

  thaw(number: number): boolean {
    const machine = this.machines[number]!;
    if (!machine.isFrozen) return false;
    machine.thaw();
    return true;
  }

  /** Loses everything between two nodes, in both directions, without telling them. */
  cut(a: number, b: number): void {
    this.network.cut(a, b);
    this.network.cut(b, a);
  }

  /** Ends all cuts. The connections that lost bytes break now, as retransmission would find. */
  heal(): void {
    this.network.heal();
  }

  /** What a node begins with: the cluster of all, or itself. */
  #firstState(number: number): ClusterState {
    const { areAlone, clusterIds, members = this.names.length } = this.#options;
    const name = this.names[number]!;
    const isAlone = areAlone === true || number >= members;
    // Each time it begins alone, its cluster has an id that nobody has had before.
    const life = this.machines[number]!.life;
    const alone = life === 0 ? `sim-${number + 1}` : `sim-${number + 1}-${life}`;
    if (isAlone) return this.#formedState(clusterIds?.[number] ?? alone, [name]);
    return this.#formedState(clusterIds?.[number] ?? 'sim', this.names.slice(0, members));
  }

  /** Ring files are written at once, or not at all. */
  #saver(number: number, disk: SimulatedDisk): (cluster: SavedCluster) => void {
    return (cluster) => {
      if (disk.isFull || disk.hasFailed) throw new Error('the disk takes nothing');
      this.truth.save(number, cluster);
    };
  }

  #fetchJoinOffer(asker: SimulatedMachine, of: number, done: (offer: JoinOffer) => void): void {
    const there = this.network.delayMs(asker.number, of);
    const back = this.network.delayMs(of, asker.number);
    asker.later(there + back, eventTag.link, () => {
      const target = this.machines[of];
      const isReached =
        target?.node !== undefined && !target.isFrozen && !this.network.isCut(asker.number, of);
      if (isReached) done({ kind: 'told', text: target.node!.joinOfferText() });
      else done({ kind: 'failed', why: 'it does not run' });
    });
  }

  #formedState(clusterId: string, names: readonly NodeName[]): ClusterState {
    const members = names.map((name) => ({
      name,
      address: addressText(addressOf(this.names.indexOf(name))),
    }));
    return createFormedState({ clusterId, ringSize: this.#options.ringSize ?? 16, members });
  }

  #tick(machine: SimulatedMachine): void {
    machine.node?.tick();
    machine.later(tickMs, eventTag.tick, () => this.#tick(machine));
  }

  #flushSoon(machine: SimulatedMachine): void {
    if (machine.flushIsDue) return;
    machine.flushIsDue = true;
    machine.later(machine.slowMs, eventTag.flush, () => {
      machine.flushIsDue = false;
      machine.node?.flush();
    });
  }

  #log(node: number, event: LogEvent): void {
    this.scheduler.trace.addText(event.event);
    if (event.event === 'cluster-changed') this.truth.update();
    if (this.#options.onLog !== undefined) this.#options.onLog(node, event);
    else this.logs.push({ ...event, node });
  }
}

/** Where a machine would be if there were a network. */
function addressOf(number: number): MemberAddress {
  return { host: '127.0.0.1', clientPort: firstPort + number, linkPort: firstPort + 1000 + number };
}
