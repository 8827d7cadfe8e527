/** The nodes of a chaos run, with their disks and links: who there is, who is met by a fault, who comes and goes. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { RkvClient } from '../../client/index.js';
import { ServerError } from '../../server-error.js';
import { type ChaosDisk, folderChaosDisk, loopChaosDisk } from './chaos-disk.js';
import { ChaosLinks } from './chaos-links.js';
import { ChaosNode } from './chaos-node.js';

export interface ChaosClusterOptions {
  readonly nodes: number;
  readonly ringSize: number;
  readonly durability: string;
  /** Disks that can lose their power and be filled up; links that can be cut. */
  readonly hasLoopDisks: boolean;
  readonly hasLinks: boolean;
  readonly logFolder: string;
  readonly onUnwantedEnd: (node: ChaosNode, how: string) => void;
}

/** Group ids that no system gives away by itself. */
const groupBase = 60_000;
const askTimeoutMs = 20_000;
const changeTimeoutMs = 180_000;
const pollMs = 200;

export class ChaosCluster {
  readonly nodes: ChaosNode[] = [];
  readonly links = new ChaosLinks();
  /** Those that clients are sent to: members that are neither joining nor leaving. */
  readonly offered = new Set<ChaosNode>();
  readonly #options: ChaosClusterOptions;
  #lastNumber = 0;

  constructor(options: ChaosClusterOptions) {
    this.#options = options;
  }

  /** Starts the first nodes and makes them one cluster. */
  async begin(): Promise<void> {
    if (this.#options.hasLinks) this.links.open();
    for (let i = 0; i < this.#options.nodes; i++) await this.#add();
    const [first, ...others] = this.nodes;
    for (const node of others) await this.#ask(node, 'join', `127.0.0.1:${first!.options.clientPort}`);
    await this.#change(first!);
    await this.#until('all are members', () => this.#isMember(...this.nodes));
    await this.#untilNothingMoves(changeTimeoutMs);
    for (const node of this.nodes) this.offered.add(node);
  }

  /** One more member, on a disk of its own. */
  async join(): Promise<void> {
    const node = await this.#add();
    await this.#until(`${node.name} has staged its join`, async () => {
      await this.#stage(node, 'join', `127.0.0.1:${this.#other(node).options.clientPort}`);
      return true;
    });
    await this.#change(this.#other(node), () => this.#isMember(node));
    // It serves by the ring that it had alone until it has heard that it was let in.
    await this.#until(`${node.name} knows that it is a member`, () => this.#knowsItIsMember(node));
    this.offered.add(node);
  }

  /** A member hands over what it has, and goes for good, with its disk. */
  async leave(node: ChaosNode): Promise<void> {
    this.offered.delete(node);
    await this.#until(`${node.name} has staged its leave`, async () => {
      await this.#stage(this.#other(node), 'leave', node.name);
      return true;
    });
    await this.#change(this.#other(node), () => this.#isGone(node));
    await node.kill();
    node.options.disk.remove();
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Resolves when the cluster is whole and equal; rejects with what it was waiting for. */
  async untilSettled(timeoutMs: number): Promise<void> {
    await this.#until(
      'the rings are equal',
      () => this.#everyone('ringready', ({ kind }) => kind === 'ready'),
      timeoutMs,
    );
    await this.#untilNothingMoves(timeoutMs);
    await this.#until('all replicas are equal', () => this.#isVerified(), timeoutMs);
  }

  async #untilNothingMoves(timeoutMs: number): Promise<void> {
    const isQuiet = (data: unknown) =>
      (data as { nodes: { transfers: unknown[] }[] }).nodes.every(({ transfers }) => transfers.length === 0);
    await this.#until('nothing is on its way', () => this.#everyone('transfers', isQuiet), timeoutMs);
  }

  /** Asks a node on behalf of an operator; rejects with its words if it refuses. */
  async #ask(node: ChaosNode, verb: string, ...words: string[]): Promise<Readonly<Record<string, unknown>>> {
    const client: RkvClient = await node.connect(askTimeoutMs);
    try {
      const answer = await client.administer(verb, ...words);
      if (!answer.isOk) throw new ServerError('error-reply', answer.text);
      return answer.data;
    } finally {
      client.close();
    }
  }

  /** Plans and commits, as often as it takes: the claimant may be gone, or the plan be out of date. */
  async #change(at: ChaosNode, isDone?: () => Promise<boolean>): Promise<void> {
    await this.#until('a plan was committed', async () => {
      if ((await isDone?.()) === true) return true;
      await this.#ask(at, 'plan');
      await this.#ask(at, 'commit');
      return true;
    });
    if (isDone !== undefined) await this.#until('the change is complete', isDone);
  }

  async #isMember(...nodes: ChaosNode[]): Promise<boolean> {
    const asked = this.#other(...(nodes.length < this.nodes.length ? nodes : []));
    const { members } = await this.#ask(asked, 'member-status');
    const valid = (members as { name: string; status: string }[]).filter(({ status }) => status === 'valid');
    return nodes.every(({ name }) => valid.some((member) => member.name === name));
  }

  /** As `#ask`; content when it was done before: that answer may have been lost with a node that was killed. */
  async #stage(at: ChaosNode, verb: 'join' | 'leave', word: string): Promise<void> {
    try {
      await this.#ask(at, verb, word);
    } catch (error) {
      if (!(error instanceof ServerError) || !/\balready\b/.test(error.message)) throw error;
    }
  }

  async #knowsItIsMember(node: ChaosNode): Promise<boolean> {
    const { members } = await this.#ask(node, 'member-status');
    const known = members as { name: string; status: string }[];
    return known.length > 1 && known.some(({ name, status }) => name === node.name && status === 'valid');
  }

  /** None of the others counts it any more. */
  async #isGone({ name }: ChaosNode): Promise<boolean> {
    return this.#everyone(
      'member-status',
      ({ members }) => !(members as { name: string }[]).some((member) => member.name === name),
      name,
    );
  }

  async #isVerified(): Promise<boolean> {
    const { nodes } = await this.#ask(this.#other(), 'verify');
    return (nodes as { report?: Sweep }[]).every(
      ({ report }) =>
        report !== undefined &&
        !report.isRunning &&
        report.compared === report.partitions &&
        report.differing.length + report.unanswered.length === 0,
    );
  }

  async #everyone(
    verb: string,
    isGood: (data: Readonly<Record<string, unknown>>) => boolean,
    but?: string,
  ): Promise<boolean> {
    for (const node of this.nodes)
      if (node.name !== but && !isGood(await this.#ask(node, verb))) return false;
    return true;
  }

  /** A node that is not one of these, running if there is one. */
  #other(...but: ChaosNode[]): ChaosNode {
    const known = this.offered.size === 0 ? this.nodes : [...this.offered];
    const others = known.filter((node) => !but.includes(node));
    return others.find((node) => node.isRunning && !node.isPaused) ?? others[0]!;
  }

  async #add(): Promise<ChaosNode> {
    const { ringSize, durability, hasLoopDisks, hasLinks, logFolder, onUnwantedEnd } = this.#options;
    const number = ++this.#lastNumber;
    const disk: ChaosDisk = hasLoopDisks ? loopChaosDisk() : folderChaosDisk();
    const [clientPort, linkPort] = [await freePort(), await freePort()];
    const group = hasLinks ? groupBase + number : undefined;
    const logFile = join(logFolder, `node${number}.log`);
    const options = { number, clientPort, linkPort, disk, ringSize, durability, group, logFile };
    const node = new ChaosNode(options, onUnwantedEnd);
    this.nodes.push(node);
    await node.start();
    return node;
  }

  /** Resolves when something is so; what fails meanwhile is tried again, and told if it never succeeds. */
  async #until(what: string, isSo: () => Promise<boolean>, timeoutMs = changeTimeoutMs): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    let why = 'it is not so';
    for (;;) {
      try {
        if (await isSo()) return;
        why = 'it is not so';
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        why = error.message;
      }
      if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs} ms until ${what}: ${why}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  /** Ends everything, whatever state it is in. */
  async end(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    for (const { options } of this.nodes) options.disk.remove();
  }
}

interface Sweep {
  isRunning: boolean;
  compared: number;
  partitions: number;
  differing: unknown[];
  unanswered: unknown[];
}

/**
 * Ports that nobody listens on, one after the other. Below those that connections are given: otherwise one might
 * be taken while its server is down.
 */
async function freePort(): Promise<number> {
  while (!(await isFree(nextPort))) nextPort++;
  return nextPort++;
}

let nextPort = 20_000 + (process.pid % 1000) * 10;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
