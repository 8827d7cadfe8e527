/** Does to the cluster what the schedule says, and puts it right again after its time. */
import type { ChaosCluster } from './chaos-cluster.js';
import type { LinkRule } from './chaos-links.js';
import type { ChaosNode } from './chaos-node.js';
import type { ChaosFault, ChaosKind } from './chaos-schedule.js';

export interface NemesisOptions {
  readonly cluster: ChaosCluster;
  /** The members that there are when none has come or gone. */
  readonly nodesMin: number;
  readonly note: (text: string) => void;
}

/** Servers that ended by `kill -9`, and disks that lost their power; faults that were done, by kind. */
export interface NemesisCounts {
  kills: number;
  powerLosses: number;
  /** A node that was told to end and had to be killed. */
  forcedEnds: number;
  /** Faults for which every node was busy with another one. */
  skipped: number;
  readonly done: Partial<Record<ChaosKind, number>>;
}

const slowBytesPerSecond = 20_000;
const extraNodesMax = 2;

export class Nemesis {
  readonly counts: NemesisCounts = { kills: 0, powerLosses: 0, forcedEnds: 0, skipped: 0, done: {} };
  readonly #options: NemesisOptions;
  /** Nodes to whose process or disk something is being done. */
  readonly #busy = new Set<ChaosNode>();
  readonly #running = new Set<Promise<void>>();
  #isChanging = false;
  #lastLink = 0;
  #failure: unknown;

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** Runs the faults at their times; resolves when all is put right. `now` counts from the beginning of the load. */
  async run(faults: readonly ChaosFault[], now: () => number, isOver: () => boolean): Promise<void> {
    for (const fault of faults) {
      while (now() < fault.atMs && !isOver()) await sleep(Math.min(100, fault.atMs - now()));
      if (isOver() || this.#failure !== undefined) break;
      this.#begin(fault);
    }
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #begin(fault: ChaosFault): void {
    const doing = this.#do(fault);
    if (doing === undefined) {
      this.counts.skipped++;
      return;
    }
    this.counts.done[fault.kind] = (this.counts.done[fault.kind] ?? 0) + 1;
    const running: Promise<void> = doing
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Undefined if it cannot be done now. */
  #do(fault: ChaosFault): Promise<void> | undefined {
    switch (fault.kind) {
      case 'join':
      case 'leave':
        return this.#changeMembers(fault);
      case 'isolate':
      case 'one-way':
      case 'halves':
      case 'slow-link':
        return this.#linkFault(fault);
      case 'kill-many':
      case 'blackout':
        return this.#toMany(fault);
      default: {
        const node = this.#idle(fault.who)[0];
        return node && this.#toNode(node, fault);
      }
    }
  }

  /** Nodes that nothing is being done to, the one that is meant first. */
  #idle(who: number): ChaosNode[] {
    const idle = this.#options.cluster.nodes.filter((node) => node.isRunning && !this.#busy.has(node));
    const first = Math.floor(who * idle.length);
    return [...idle.slice(first), ...idle.slice(0, first)];
  }

  async #toNode(node: ChaosNode, { kind, lastsMs }: ChaosFault): Promise<void> {
    this.#busy.add(node);
    this.#options.note(`${kind} ${node.name} for ${lastsMs} ms`);
    try {
      switch (kind) {
        case 'pause':
          node.pause();
          await sleep(lastsMs);
          node.resume();
          return;
        case 'disk-full':
          node.options.disk.setFull(true);
          await sleep(lastsMs);
          node.options.disk.setFull(false);
          // A server whose log could not be written ends, or refuses writes; an operator starts it again.
          if (!node.isRunning) await node.start();
          return;
        case 'terminate':
          if (!(await node.terminate())) this.counts.forcedEnds++;
          break;
        default:
          await node.kill();
          this.counts.kills++;
          if (kind === 'power') {
            node.options.disk.losePower();
            this.counts.powerLosses++;
          }
      }
      await sleep(lastsMs);
      await node.start();
    } finally {
      this.#busy.delete(node);
    }
  }

  /** Some at once; or all that there are, power included. */
  #toMany(fault: ChaosFault): Promise<void> | undefined {
    const idle = this.#idle(fault.who);
    const isAll = fault.kind === 'blackout';
    const count = isAll ? idle.length : Math.max(2, Math.ceil(fault.howMany * idle.length));
    if (idle.length < Math.max(2, count)) return undefined;
    const kind = isAll ? 'power' : 'kill';
    const each = idle.slice(0, count).map((node) => this.#toNode(node, { ...fault, kind }));
    return Promise.all(each).then(() => {});
  }

  async #linkFault({ kind, lastsMs, who, howMany }: ChaosFault): Promise<void> {
    const { links, nodes } = this.#options.cluster;
    const first = Math.floor(who * nodes.length);
    const turned = [...nodes.slice(first), ...nodes.slice(0, first)];
    const aside = turned.slice(0, kind === 'halves' ? 2 : 1);
    const others = turned.slice(aside.length);
    const rule = (from: ChaosNode, to: ChaosNode): LinkRule => ({
      fromGroup: from.options.group!,
      toLinkPort: to.options.linkPort,
      bytesPerSecond: kind === 'slow-link' ? slowBytesPerSecond : 0,
    });
    const out = aside.flatMap((from) => others.map((to) => rule(from, to)));
    const back = aside.flatMap((to) => others.map((from) => rule(from, to)));
    // One way: what it sends, or what it is sent, is lost, as chance has it.
    const rules = kind === 'one-way' ? (howMany < 0.5 ? out : back) : [...out, ...back];
    const name = `${++this.#lastLink}`;
    this.#options.note(`${kind} ${aside.map((node) => node.name).join(', ')} for ${lastsMs} ms`);
    links.set(name, rules);
    await sleep(lastsMs);
    links.clear(name);
  }

  /** One change of membership at a time, as operators do it; under whatever else happens. */
  #changeMembers({ kind, who }: ChaosFault): Promise<void> | undefined {
    const { cluster, nodesMin, note } = this.#options;
    const { nodes } = cluster;
    const isJoin = nodes.length <= nodesMin || (kind === 'join' && nodes.length < nodesMin + extraNodesMax);
    if (this.#isChanging) return undefined;
    this.#isChanging = true;
    const change = async () => {
      const leaving = nodes[Math.floor(who * nodes.length)]!;
      note(isJoin ? 'a node joins' : `${leaving.name} leaves`);
      if (isJoin) await cluster.join();
      else await cluster.leave(leaving);
      note(isJoin ? 'it has joined' : `${leaving.name} has left`);
    };
    return change().finally(() => {
      this.#isChanging = false;
    });
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
