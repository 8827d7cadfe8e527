/**
 * Makes replicas whole and keeps them equal: repairs of this node's partitions (repair.ts), what others ask for
 * theirs (repair-asks.ts), the comparison of trees (anti-entropy), and the healing of what differs (healing.ts).
 * Its messages belong to no transfer; the records themselves travel by transfers of the kind `repair`.
 */
import {
  readTreeAnswer,
  readTreeAsk,
  type SweepReport,
  type TreeAnswer,
  type TreeAsk,
  TreeSweep,
  treeAnswerContent,
  treeAskContent,
  unknownTree,
  VnodeTrees,
} from '../anti-entropy/index.js';
import type { KeyPlacement, NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { HandoffLimits } from './handoff-limits.js';
import type { HandoffLog } from './handoff-report.js';
import { Healing } from './healing.js';
import { type ApplyRecord, OwnCopies } from './own-copies.js';
import { Repair } from './repair.js';
import { type RepairAsk, RepairAsks } from './repair-asks.js';
import { nearVnodes, RepairSource } from './repair-source.js';
import type { RingView } from './ring-view.js';
import {
  type JsonContent,
  jsonContent,
  readAsk,
  readCensus,
  type TransferMessage,
  transferMessageKind,
} from './transfer-message.js';

/** Records that are looked at in one tick to build trees: some tenths of a millisecond. */
const treeRecords = 250;
/** Asks about trees that wait for an answer. */
const treeAsksMax = 1024;

export interface MendingOptions {
  readonly self: NodeName;
  readonly life: number;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly placement: KeyPlacement;
  limits(): HandoffLimits;
  nowMs(): number;
  wallMs(): number;
  lifeOf(member: NodeName): number | undefined;
  send(to: NodeName, message: TransferMessage): void;
  readonly apply: ApplyRecord;
  readonly log: HandoffLog;
}

interface TreeAsking {
  readonly member: NodeName;
  readonly ask: TreeAsk;
  readonly answered: (answer: TreeAnswer) => void;
}

export class Mending {
  readonly repair: Repair;
  /** Records that this node lacked, or had older ones of, and has got from others. */
  repaired = 0;
  readonly #options: MendingOptions;
  readonly #asks = new RepairAsks();
  readonly #trees: VnodeTrees;
  readonly #sweep: TreeSweep;
  readonly #healing: Healing;
  readonly #copies: OwnCopies;
  readonly #treeAsks = new Map<number, TreeAsking>();
  #nextTreeAsk = 1;
  #treeBytes = 0;
  #treesWrong = 0;

  constructor(options: MendingOptions) {
    this.#options = options;
    const { self, life, ring, vnodes, limits, lifeOf, log, apply } = options;
    const nowMs = () => options.nowMs();
    this.repair = new Repair({
      self,
      ring,
      vnodes,
      nowMs,
      wallMs: () => options.wallMs(),
      isUp: (member) => lifeOf(member) !== undefined,
      ask: (member, positions) => this.#say(member, transferMessageKind.ask, { life }, { positions }),
      log,
    });
    this.#trees = new VnodeTrees({
      vnodes,
      recordsPerStep: treeRecords,
      scrubMs: () => limits().scrubMs,
      nowMs,
      onDamage: (position, unreadable, wasWrong) => {
        if (wasWrong) this.#treesWrong++;
        log('warn', 'damage-found', { position, unreadable, tree: wasWrong ? 'wrong' : 'right' });
      },
    });
    this.#sweep = new TreeSweep({
      self,
      ring,
      vnodes,
      sweepMs: () => limits().sweepMs,
      nowMs,
      isWhole: (position) => !this.repair.isRefilling(position),
      ask: (position, ask, answered) => this.#askTree(position, ask, answered),
      heal: (home, differing) => {
        const leaves = [...differing.values()].reduce((sum, { size }) => sum + size, 0);
        log('warn', 'replicas-differ', { position: home, replicas: differing.size, leaves });
        this.#healing.begin(home, differing);
      },
    });
    this.#copies = new OwnCopies((position, ...record) => {
      const vnode = vnodes.at(position);
      const before = vnode.changes;
      const isStored = apply(position, ...record);
      this.repaired += vnode.changes - before;
      return isStored;
    });
    this.#healing = new Healing({
      self,
      ring,
      nowMs,
      lifeOf,
      ask: (member, home, leaves) =>
        this.#say(
          member,
          transferMessageKind.ask,
          { life },
          {
            positions: [home],
            part: { home, leaves: [...leaves] },
          },
        ),
      give: (ask) => this.#asks.add(ask),
      copy: (position, home, leaves) => this.#copies.add(position, this.sourceOf(position, { home, leaves })),
    });
  }

  /** What others have asked for, and what they are to get. */
  get asks(): readonly RepairAsk[] {
    return this.#asks.all;
  }

  get sweepReport(): SweepReport {
    return this.#sweep.report;
  }

  /** Nothing is being repaired, healed or given. */
  get isIdle(): boolean {
    const { count } = this.repair;
    return count + this.#healing.count + this.#copies.count + this.#asks.all.length === 0;
  }

  /** Lines for INFO, as name and value. */
  counters(): readonly (readonly [name: string, value: number])[] {
    return [
      ['partitions_repairing', this.repair.count],
      ['partitions_healed', this.#healing.begun],
      ['records_repaired', this.repaired],
      ['tree_exchanges', this.#sweep.looks],
      ['tree_leaves_differing', this.#sweep.leavesDiffering],
      ['tree_bytes_sent', this.#treeBytes],
      ['trees_wrong', this.#treesWrong],
    ];
  }

  /** Compares all partitions of this node with their replicas. */
  verify(): void {
    this.#sweep.request();
    this.#sweep.step();
  }

  /** What this node holds of the keys of a partition, or of a part of them. */
  sourceOf(position: number, part: RepairAsk['part']): RepairSource {
    const { ring, placement, vnodes } = this.#options;
    const { ringSize, n } = ring;
    return new RepairSource({ position, part, ringSize, n, placement, vnodes: vnodes.running() });
  }

  /** A member has got what it asked for. */
  sent(ask: RepairAsk): void {
    this.#asks.answered(ask);
  }

  /** A member has sent what it holds of a partition, or of a part of it. */
  received(position: number, from: NodeName, records: number): void {
    this.repair.received(position, from, records);
    this.#healing.received(position, from);
  }

  memberUp(member: NodeName): void {
    this.repair.memberUp(member);
  }

  memberDown(member: NodeName): void {
    this.#asks.memberDown(member);
    this.#healing.memberDown(member);
    for (const [id, asking] of this.#treeAsks) {
      if (asking.member !== member) continue;
      this.#treeAsks.delete(id);
      asking.answered(unknownTree);
    }
  }

  /** Takes a message of another member in a certain life; false if it is none of these. */
  onMessage(from: NodeName, fromLife: number, message: TransferMessage): boolean {
    const { life } = this.#options;
    switch (message.kind) {
      case transferMessageKind.ask:
        if (message.life === fromLife) this.#onAsk(from, fromLife, message);
        return true;
      case transferMessageKind.census: {
        const told = readCensus(message.content);
        if (told === undefined || message.life !== life) return true;
        this.repair.onCensus(from, told.empty);
        for (const position of told.empty) this.#healing.received(position, from);
        return true;
      }
      case transferMessageKind.treeAsk:
        if (message.life === fromLife) this.#onTreeAsk(from, message);
        return true;
      case transferMessageKind.tree:
        if (message.life === life) this.#onTree(from, message);
        return true;
      default:
        return false;
    }
  }

  step(): void {
    this.repair.step();
    this.#trees.step();
    this.#sweep.step();
    this.#healing.step();
    this.#copies.step();
  }

  #onAsk(from: NodeName, fromLife: number, message: TransferMessage): void {
    const asked = readAsk(message.content);
    if (asked === undefined) return;
    const { vnodes, ring } = this.#options;
    const { ringSize, n } = ring;
    const part = asked.part && { home: asked.part.home, leaves: new Set(asked.part.leaves) };
    const empty: number[] = [];
    for (const position of asked.positions) {
      // Of what it does not own, as this node sees it, nothing is said: it will ask again.
      if (position >= ringSize || ring.ownerOf(position) !== from) continue;
      if (nearVnodes({ position, ringSize, n, vnodes: vnodes.running() }).length === 0) empty.push(position);
      else this.#asks.add({ position, target: from, targetLife: fromLife, part });
    }
    this.#say(from, transferMessageKind.census, { life: fromLife }, { empty });
  }

  #askTree(position: number, ask: TreeAsk, answered: (answer: TreeAnswer) => void): void {
    const { self, life, ring, lifeOf, send } = this.#options;
    const member = ring.ownerOf(position);
    if (member === self) this.#trees.ask(position, ask, answered);
    else if (lifeOf(member) === undefined) answered(unknownTree);
    else {
      const id = this.#nextTreeAsk++;
      this.#treeAsks.set(id, { member, ask, answered });
      const [oldest] = this.#treeAsks.keys();
      if (this.#treeAsks.size > treeAsksMax) this.#treeAsks.delete(oldest!);
      const content = treeAskContent(ask);
      this.#treeBytes += content.length;
      send(member, { kind: transferMessageKind.treeAsk, position, id, life, content });
    }
  }

  #onTreeAsk(from: NodeName, { id, life, position, content: asked }: TransferMessage): void {
    const ask = readTreeAsk(asked);
    const { ring, send, self } = this.#options;
    // What it does not own is no replica.
    if (ask === undefined || ask.home >= ring.ringSize || ring.ownerOf(position) !== self) return;
    this.#trees.ask(position, ask, (answer) => {
      const content = treeAnswerContent(answer);
      this.#treeBytes += content.length;
      send(from, { kind: transferMessageKind.tree, position, id, life, content });
    });
  }

  #onTree(from: NodeName, { id, content }: TransferMessage): void {
    const asking = this.#treeAsks.get(id);
    if (asking?.member !== from) return;
    this.#treeAsks.delete(id);
    const answer = readTreeAnswer(content, asking.ask);
    if (answer !== undefined) asking.answered(answer);
  }

  /** `life` is that of whoever asks. */
  #say(to: NodeName, kind: number, { life }: { life: number }, value: JsonContent): void {
    this.#options.send(to, { kind, position: 0, id: 0, life, content: jsonContent(value) });
  }
}
