/**
 * Nodes that do nothing but handoff, on disks that lose what was not synced and a network that a test controls:
 * messages are delivered, lost, doubled or overtaken one by one. Time moves only when told to.
 */
import { crc32 } from 'node:zlib';
import { Handoff, type HandoffLimits, type RingView, type TransferMessage } from '../handoff/index.js';
import { KeyPlacement, type NodeName, nodeName } from '../ring/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import { VnodeTable } from '../vnode/index.js';
import { SimulatedDisk } from './unsynced-storage.js';

export interface Parcel {
  readonly from: HandoffNode;
  readonly fromLife: number;
  readonly to: NodeName;
  readonly message: TransferMessage;
}

export interface HandoffNetOptions {
  readonly names: readonly string[];
  /** By position. */
  readonly owners: readonly string[];
  /** Copies of each key, and of how many members a write is acknowledged; default 1. */
  readonly n?: number;
  readonly w?: number;
  readonly limits?: Partial<HandoffLimits>;
  /** How long a sync takes; default 1 ms. */
  readonly syncMs?: () => number;
  readonly random?: () => number;
  /** Nodes have requests to answer; default never. */
  readonly isBusy?: () => boolean;
}

interface Later {
  readonly atMs: number;
  readonly run: () => void;
}

export class HandoffNet {
  nowMs = 1000;
  /** On their way, in the order in which they were sent. */
  parcels: Parcel[] = [];
  readonly nodes: readonly HandoffNode[];
  readonly options: HandoffNetOptions;
  owners: NodeName[];
  members: NodeName[];
  everybody: NodeName[];
  transitions = new Map<number, { nextOwner: NodeName; since: number }>();
  /** What nodes have said to be at its next owner. */
  readonly handedOver: { position: number; by: NodeName }[] = [];
  readonly #cuts = new Set<string>();
  #later: Later[] = [];

  constructor(options: HandoffNetOptions) {
    this.options = options;
    this.owners = options.owners.map((name) => nodeName(name));
    this.members = options.names.map((name) => nodeName(name));
    this.everybody = this.members;
    this.nodes = options.names.map((name) => new HandoffNode(this, nodeName(name)));
    for (const node of this.nodes) node.begin();
    for (const node of this.nodes) this.openLinks(node);
    // Until all have heard that nobody has anything.
    this.run(2);
    for (const node of this.nodes) node.logs.length = 0;
  }

  node(name: string): HandoffNode {
    return this.nodes.find((node) => node.name === name)!;
  }

  later(ms: number, run: () => void): void {
    this.#later.push({ atMs: this.nowMs + ms, run });
  }

  /** Both run, and nothing is between them. */
  isOpen(a: HandoffNode, b: HandoffNode): boolean {
    return a.isRunning && b.isRunning && !this.#cuts.has(a.name) && !this.#cuts.has(b.name);
  }

  /** Cuts a node off: what is on its way to and from it is lost, and both sides hear that the link is down. */
  cut(node: HandoffNode): void {
    this.#cuts.add(node.name);
    this.breakLinks(node);
  }

  heal(node: HandoffNode): void {
    this.#cuts.delete(node.name);
    this.openLinks(node);
  }

  breakLinks(node: HandoffNode): void {
    this.parcels = this.parcels.filter(({ from, to }) => from !== node && to !== node.name);
    for (const other of this.nodes) {
      if (other === node) continue;
      if (other.isRunning) other.handoff.memberDown(node.name);
      if (node.isRunning) node.handoff.memberDown(other.name);
    }
  }

  openLinks(node: HandoffNode): void {
    for (const other of this.nodes) {
      if (other === node || !this.isOpen(node, other)) continue;
      other.handoff.memberUp(node.name);
      node.handoff.memberUp(other.name);
    }
  }

  /** Delivers the message at a place of the queue; with `keep`, it stays there and comes again. */
  deliver(at = 0, keep = false): void {
    const parcel = this.parcels[at];
    if (parcel === undefined) return;
    if (!keep) this.parcels.splice(at, 1);
    const to = this.node(parcel.to);
    if (!this.isOpen(parcel.from, to)) return;
    to.handoff.onMessage(parcel.from.name, parcel.fromLife, parcel.message);
    this.#flush();
  }

  /** Lets time pass, a millisecond at a time, and delivers everything that is sent meanwhile. */
  run(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.pass(1);
      for (let n = this.parcels.length; n > 0; n--) this.deliver();
    }
  }

  /** Lets time pass without delivering anything. */
  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.#later.filter(({ atMs }) => atMs <= this.nowMs);
    this.#later = this.#later.filter(({ atMs }) => atMs > this.nowMs);
    for (const { run } of due) run();
    for (const node of this.nodes) if (node.isRunning) node.handoff.tick(this.nowMs);
    this.#flush();
  }

  /** Schedules a transition. Nodes learn of it, as of each change, when they are taught. */
  schedule(position: number, nextOwner: string, since: number): void {
    this.transitions.set(position, { nextOwner: nodeName(nextOwner), since });
  }

  /** Makes a transition final. */
  commit(position: number): void {
    this.owners[position] = this.transitions.get(position)!.nextOwner;
    this.transitions.delete(position);
  }

  /** Nodes learn of the ring as it is now; all of them if none are named. */
  teach(...nodes: readonly HandoffNode[]): void {
    for (const node of nodes.length > 0 ? nodes : this.nodes) node.learn();
  }

  #flush(): void {
    for (const node of this.nodes) {
      if (!node.isRunning || !node.isFlushDue) continue;
      node.isFlushDue = false;
      node.handoff.flush();
    }
  }
}

export class HandoffNode {
  readonly name: NodeName;
  disk: SimulatedDisk;
  readonly logs: { event: string; details: Record<string, string | number> }[] = [];
  handoff!: Handoff;
  vnodes!: VnodeTable;
  /** How often it has lost its disk. */
  wipes = 0;
  isRunning = false;
  isFlushDue = false;
  readonly #net: HandoffNet;
  #owners: readonly NodeName[];
  #transitions: ReadonlyMap<number, { nextOwner: NodeName; since: number }>;

  constructor(net: HandoffNet, name: NodeName) {
    this.#net = net;
    this.name = name;
    this.#owners = [...net.owners];
    this.#transitions = new Map();
    this.disk = this.#newDisk();
  }

  life = 0;

  begin(): void {
    const net = this.#net;
    const ring: RingView = {
      ringSize: net.owners.length,
      isSettled: true,
      get members() {
        return net.members;
      },
      get everybody() {
        return net.everybody;
      },
      epoch: 1,
      n: net.options.n ?? 1,
      w: net.options.w ?? 1,
      ownerOf: (position) => this.#owners[position]!,
      transitionOf: (position) => this.#transitions.get(position),
    };
    this.isRunning = true;
    this.life++;
    this.vnodes = new VnodeTable(new KeyPlacement(net.owners.length), this.disk.createStorage, {
      copies: net.options.n ?? 1,
    });
    for (const position of this.disk.positions()) this.vnodes.at(position);
    const life = this.life;
    this.handoff = new Handoff({
      self: this.name,
      clusterId: () => 'net',
      life,
      dataId: `${this.name} ${this.wipes}`,
      ring,
      vnodes: this.vnodes,
      ...(net.options.limits && { limits: net.options.limits }),
      hasNoData: this.disk.positions().length === 0,
      nowMs: () => net.nowMs,
      wallMs: () => net.nowMs,
      random: net.options.random ?? (() => 0.5),
      checksum: (bytes) => crc32(bytes),
      lifeOf: (member) => {
        const other = net.node(member);
        return net.isOpen(this, other) ? other.life : undefined;
      },
      send: (to, message) => {
        // As on the wire: what is in the queue is a copy.
        const copy = { ...message, content: Buffer.from(message.content) };
        if (net.isOpen(this, net.node(to)))
          net.parcels.push({ from: this, fromLife: life, to, message: copy });
      },
      observe: () => true,
      isBusy: () => net.options.isBusy?.() === true,
      repairKey: () => {},
      requestFlush: () => {
        this.isFlushDue = true;
      },
      handedOver: (position) => net.handedOver.push({ position, by: this.name }),
      log: (_, event, details) => this.logs.push({ event, details }),
    });
  }

  /** Takes the ring that the net has now. */
  learn(): void {
    this.#owners = [...this.#net.owners];
    this.#transitions = new Map(this.#net.transitions);
    if (this.isRunning) this.handoff.ringChanged();
  }

  /** Ends without warning; of what was not synced the disk keeps the oldest. */
  crash(kept = 0): void {
    this.isRunning = false;
    this.disk.crash(kept);
    this.#net.breakLinks(this);
  }

  /** Loses everything, while it does not run. */
  wipe(): void {
    this.wipes++;
    this.disk = this.#newDisk();
  }

  restart(): void {
    this.begin();
    this.#net.openLinks(this);
  }

  #newDisk(): SimulatedDisk {
    const net = this.#net;
    return new SimulatedDisk({
      later: (ms, run) => net.later(ms, run),
      syncMs: () => net.options.syncMs?.() ?? 1,
    });
  }

  /** Applies a write as a request would. */
  write(position: number, key: string, version: number, value = `v${version}`, tombstone = false): void {
    const bytes = Buffer.from(key);
    this.vnodes.at(position).apply(bytes, 0, bytes.length, record(version, value, tombstone));
  }

  /** The version of a key, or undefined. */
  versionOf(position: number, key: string): number | undefined {
    const bytes = Buffer.from(key);
    const view = emptyRecordView();
    const vnode = this.vnodes.running().find((one) => one.position === position);
    if (vnode?.storage.get(bytes, 0, bytes.length, view) !== true) return undefined;
    return view.version.readUInt32BE(view.versionOffset + 2);
  }

  count(position: number): number {
    return this.vnodes.running().find((vnode) => vnode.position === position)?.storage.count ?? 0;
  }
}

function record(version: number, value: string, tombstone: boolean): RecordView {
  const view = { ...emptyRecordView(), version: Buffer.alloc(16), tombstone };
  view.version.writeUInt32BE(version, 2);
  view.value = Buffer.from(tombstone ? '' : value);
  view.valueEnd = view.value.length;
  return view;
}
