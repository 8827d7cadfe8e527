/**
 * Makes replicas whole and keeps them equal: repairs of this node's partitions (repair.ts), what others ask for
 * theirs (repair-asks.ts), and the comparison of replicas (integrity-sweep.ts). Its messages belong to no
 * transfer; the records themselves travel by transfers of the kind `repair`.
 */
import type { KeyPlacement, NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { HandoffLog } from './handoff-report.js';
import { IntegritySweep, type SweepReport } from './integrity-sweep.js';
import { DigestJobs } from './partition-digest.js';
import { Repair } from './repair.js';
import { type RepairAsk, RepairAsks } from './repair-asks.js';
import { nearVnodes } from './repair-source.js';
import type { RingView } from './ring-view.js';
import {
  type JsonContent,
  jsonContent,
  readAsk,
  readCensus,
  readDigest,
  readDigestAsk,
  type TransferMessage,
  transferMessageKind,
} from './transfer-message.js';

/** Records that are looked at in one tick for digests: it must not take long. */
const digestRecords = 1000;

export interface MendingOptions {
  readonly self: NodeName;
  readonly life: number;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly placement: KeyPlacement;
  readonly sweepMs: () => number;
  nowMs(): number;
  wallMs(): number;
  checksum(bytes: Buffer): number;
  lifeOf(member: NodeName): number | undefined;
  send(to: NodeName, message: TransferMessage): void;
  readonly log: HandoffLog;
}

export class Mending {
  readonly repair: Repair;
  readonly #options: MendingOptions;
  readonly #asks = new RepairAsks();
  readonly #jobs: DigestJobs;
  readonly #sweep: IntegritySweep;
  /** Partitions of which the other replicas are to get what this node has, once it has everything. */
  readonly #healing = new Set<number>();
  #healed = 0;

  constructor(options: MendingOptions) {
    this.#options = options;
    const { self, life, ring, vnodes, placement, checksum, lifeOf, log } = options;
    const isUp = (member: NodeName) => lifeOf(member) !== undefined;
    this.repair = new Repair({
      self,
      ring,
      vnodes,
      nowMs: () => options.nowMs(),
      wallMs: () => options.wallMs(),
      isUp,
      ask: (member, positions) => this.#say(member, transferMessageKind.ask, { life }, { positions }),
      log,
    });
    this.#jobs = new DigestJobs(vnodes, placement, checksum);
    this.#sweep = new IntegritySweep({
      self,
      ring,
      jobs: this.#jobs,
      sweepMs: options.sweepMs,
      nowMs: () => options.nowMs(),
      wallMs: () => options.wallMs(),
      isUp,
      isWhole: (position) => !this.repair.isRefilling(position),
      ask: (member, id, { position, home, untilMs }) =>
        this.#say(member, transferMessageKind.digestAsk, { life, id, position }, { home, untilMs }),
      heal: (home) => this.#heal(home),
    });
  }

  /** What others have asked for, and what they are to get. */
  get asks(): readonly RepairAsk[] {
    return this.#asks.all;
  }

  /** Partitions whose replicas differed and were healed. */
  get healed(): number {
    return this.#healed;
  }

  get sweepReport(): SweepReport {
    return this.#sweep.report;
  }

  /** Compares all partitions of this node with their replicas. */
  verify(): void {
    this.#sweep.request();
    this.#sweep.step();
  }

  /** A member has got what it asked for. */
  sent(position: number, target: NodeName): void {
    this.#asks.remove(position, target);
  }

  memberUp(member: NodeName): void {
    this.repair.memberUp(member);
  }

  memberDown(member: NodeName): void {
    this.#asks.memberDown(member);
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
        if (told !== undefined && message.life === life) this.repair.onCensus(from, told.empty);
        return true;
      }
      case transferMessageKind.digestAsk:
        if (message.life === fromLife) this.#onDigestAsk(from, message);
        return true;
      case transferMessageKind.digest: {
        const digest = readDigest(message.content);
        if (digest !== undefined && message.life === life) this.#sweep.onDigest(message.id, digest);
        return true;
      }
      default:
        return false;
    }
  }

  step(): void {
    this.repair.step();
    this.#jobs.step(digestRecords);
    this.#sweep.step();
    if (this.#healing.size > 0 && this.repair.count === 0) this.#giveHealed();
  }

  #onAsk(from: NodeName, fromLife: number, message: TransferMessage): void {
    const asked = readAsk(message.content);
    if (asked === undefined) return;
    const { vnodes, ring } = this.#options;
    const { ringSize, n } = ring;
    const empty: number[] = [];
    for (const position of asked.positions) {
      // Of what it does not own, as this node sees it, nothing is said: it will ask again.
      if (position >= ringSize || ring.ownerOf(position) !== from) continue;
      if (nearVnodes({ position, ringSize, n, vnodes: vnodes.running() }).length === 0) empty.push(position);
      else this.#asks.add({ position, target: from, targetLife: fromLife });
    }
    this.#say(from, transferMessageKind.census, { life: fromLife }, { empty });
  }

  #onDigestAsk(from: NodeName, message: TransferMessage): void {
    const asked = readDigestAsk(message.content);
    const { id, life, position } = message;
    if (asked === undefined || asked.home >= this.#options.ring.ringSize) return;
    this.#jobs.begin({ ...asked, position }, (digest) =>
      this.#say(from, transferMessageKind.digest, { life, id, position }, digest),
    );
  }

  /** First this node gets everything, and then the others get it from here. */
  #heal(home: number): void {
    const { self, ring, log } = this.#options;
    const own: number[] = [];
    for (let step = 0; step < ring.n; step++) {
      const position = (home + step) & (ring.ringSize - 1);
      if (ring.ownerOf(position) === self) own.push(position);
    }
    this.#healed++;
    this.#healing.add(home);
    log('warn', 'replicas-differ', { position: home });
    this.repair.begin(own, false);
  }

  #giveHealed(): void {
    const { self, ring, lifeOf } = this.#options;
    for (const home of this.#healing) {
      for (let step = 1; step < ring.n; step++) {
        const position = (home + step) & (ring.ringSize - 1);
        const target = ring.ownerOf(position);
        const targetLife = lifeOf(target);
        if (target !== self && targetLife !== undefined) this.#asks.add({ position, target, targetLife });
      }
    }
    this.#healing.clear();
  }

  /** `life` is that of whoever asks. */
  #say(
    to: NodeName,
    kind: number,
    { life, id = 0, position = 0 }: { life: number; id?: number; position?: number },
    value: JsonContent,
  ): void {
    this.#options.send(to, { kind, position, id, life, content: jsonContent(value) });
  }
}
