/**
 * A story: a cluster, what is done to it and asked of it at which time, and, indented below each line, what came
 * of it. The indented lines are made by the run; a test compares them, and UPDATE=1 writes them anew. What must
 * come of a line stands behind its arrow, and no update changes that.
 *
 *   cluster nodes=3 more=1 ring=16 n=3 r=2 w=2 storage=memory consistency=sloppy seed=1
 *   watch link-down handoff-sent       log events that are told, if any
 *   at 1s node1: SET k v => OK         a client of node 1 sends a command, and must be told that
 *   at 2s crash node2                  any action of faults/action.ts
 *   at 3s put 100 via node1 => 100     keys k0 to k99 are put
 *   at 3s read 100 via node2 => 100    and how many of them are found with what was put
 *   at 3s heal                         everything runs, and nothing is cut or slow
 *   at 3s copies k                     who holds what of a key: every node that runs, whatever the partition
 *   at 3s members                      who is a member, and owns how much
 *   at 3s stores => 0                  how many records were stored since the last such line
 *   at 9s end => every invariant holds
 *
 * `end` lets the cluster come to rest, reads every key once more, and gives the checkers the last word. `more` nodes
 * run beside the cluster, each alone. A story may also begin with a line `run {...}`: then it is the load of a seed,
 * as a failing run is shrunk to (see ../run/replay.ts), and only actions follow.
 */
import { adminVerbs } from '../../node/admin/admin-verbs.js';
import { applyAction, parseAction } from '../faults/action.js';
import { CheckedCluster } from '../run/checked-cluster.js';
import { comeToRest } from '../run/come-to-rest.js';
import { parseReplay } from '../run/replay.js';
import { drawSettings, type RunSettings } from '../run/settings.js';
import { simulate } from '../run/simulated-run.js';
import { networkTimesDefault } from '../simulated-network.js';
import { sendRecorded } from '../workload/recorded-command.js';

interface Step {
  readonly atMs: number;
  readonly what: string;
  /** What must be among what is told. */
  readonly must: string | undefined;
  /** What came of it, without indentation. */
  readonly told: string[];
}

export interface ToldStory {
  /** The story with what came of it. */
  readonly text: string;
  /** What did not come as it must; each names its line. */
  readonly mistakes: readonly string[];
}

/** Runs a story. Throws an Error that names a line that is none. */
export function tellStory(text: string): ToldStory {
  const lines = text.split('\n').filter((line) => !line.startsWith('  '));
  return lines.some((line) => line.startsWith('run ')) ? tellRun(lines) : new Telling(lines).tell();
}

/** The story of a shrunk run: what broke, or that nothing did, stands below its last line. */
function tellRun(lines: readonly string[]): ToldStory {
  const candidate = parseReplay(lines.join('\n'));
  if (typeof candidate === 'string') throw new Error(candidate);
  const { violations } = simulate(candidate);
  const broken = violations.filter(({ notPromised }) => notPromised === undefined);
  const told = broken.map(({ id, message }) => `${id} is broken: ${message}`);
  const body = lines.join('\n').trimEnd();
  const says = told.length === 0 ? ['every invariant holds'] : told;
  return { text: `${[body, ...says.map((what) => `    ${what}`)].join('\n')}\n`, mistakes: told };
}

class Telling {
  readonly #lines: readonly string[];
  readonly #steps = new Map<number, Step>();
  readonly #settings: RunSettings;
  readonly #checked: CheckedCluster;
  #current: Step | undefined;
  #stores = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    const watched = new Set(wordsAfter(lines, 'watch'));
    for (const [index, line] of lines.entries()) {
      const given = /^at ([0-9.]+)s (.+?)(?: => (.+))?$/.exec(line);
      if (given !== null)
        this.#steps.set(index, { atMs: Number(given[1]) * 1000, what: given[2]!, must: given[3], told: [] });
      else if (!/^(#.*|cluster .*|watch .*|\s*)$/.test(line))
        throw new Error(`"${line}" is no line of a story.`);
    }
    this.#settings = settingsOf(wordsAfter(lines, 'cluster'));
    this.#checked = new CheckedCluster({
      settings: this.#settings,
      onLine: ({ node, event, details }) => {
        if (node === undefined) this.#current?.told.push(`${event} BROKEN: ${details.message}`);
        else if (watched.has(event))
          this.#current?.told.push(`node${node + 1} says ${event} ${told(details)}`);
      },
      onStored: () => {
        this.#stores++;
      },
    });
  }

  tell(): ToldStory {
    const { cluster } = this.#checked;
    cluster.runUntil('members see each other', () =>
      cluster.truth.members().every((member) => cluster.node(member).isReady),
    );
    const startMs = cluster.nowMs;
    for (const step of this.#steps.values()) {
      this.#checked.advanceTo(startMs + step.atMs);
      this.#current = step;
      this.#take(step);
    }
    const mistakes = [...this.#steps.values()]
      .filter(({ must, told }) => must !== undefined && !told.some((line) => line.includes(must)))
      .map(({ what, must, told }) => `${what}: must tell "${must}", and tells "${told.join('; ')}"`);
    const text = this.#lines
      .flatMap((line, index) => [line, ...(this.#steps.get(index)?.told ?? []).map((what) => `    ${what}`)])
      .join('\n');
    return { text, mistakes };
  }

  #take({ what, told }: Step): void {
    const { cluster } = this.#checked;
    const command = /^node([1-9]): (.+)$/.exec(what);
    const many = /^(put|read) ([0-9]+) via node([1-9])$/.exec(what);
    if (command !== null) this.#ask(Number(command[1]) - 1, command[2]!, told);
    else if (many !== null)
      this.#askMany(many[1] as 'put' | 'read', Number(many[2]), Number(many[3]) - 1, told);
    else if (what === 'heal') this.#checked.heal();
    else if (what === 'end') this.#end(told);
    else if (what === 'members') told.push(...membersOf(this.#checked));
    else if (what === 'stores') {
      told.push(`${this.#stores} records were stored`);
      this.#stores = 0;
    } else if (what.startsWith('copies ')) told.push(...copiesOf(this.#checked, what.slice(7)));
    else {
      const action = parseAction(what);
      if (typeof action === 'string') throw new Error(action);
      this.#checked.note(action);
      if (!applyAction(cluster, action)) told.push('nothing changes');
    }
  }

  #ask(node: number, command: string, told: string[]): void {
    if (this.#checked.cluster.machines[node]?.node === undefined) {
      told.push('it does not run');
      return;
    }
    const words = command.split(' ');
    const tell = (text: string) => told.push(...text.split('\n').map((line) => `-> ${line}`));
    if (isOperators(words[0]!)) {
      this.#checked.cluster.operate(node, words, ({ answer }) => tell(answer?.text ?? 'no answer'));
      return;
    }
    sendRecorded(this.#checked, {
      node,
      words,
      mode: this.#settings.consistency,
      onReply: (reply) => tell(reply ?? 'nil'),
      onClosed: () => {
        if (told.length === 0) told.push('-> the connection ends');
      },
    });
  }

  /** Tells how many were done when the last has its answer. */
  #askMany(verb: 'put' | 'read', count: number, node: number, told: string[]): void {
    let [done, left] = [0, count];
    for (let i = 0; i < count; i++)
      sendRecorded(this.#checked, {
        node,
        words: verb === 'put' ? ['SET', `k${i}`, `v${i}`] : ['GET', `k${i}`],
        mode: this.#settings.consistency,
        onReply: (reply) => {
          if (reply === (verb === 'put' ? 'OK' : `v${i}`)) done++;
          if (--left === 0) told.push(`${done} of ${count}`);
        },
        onClosed: () => {},
      });
  }

  #end(told: string[]): void {
    this.#checked.heal();
    comeToRest(this.#checked, this.#settings, []);
    const strays = this.#checked.cluster.survey.strays();
    if (!this.#checked.isBroken) this.#checked.finish();
    told.push(
      strays.length === 0 ? 'no fallback holds anything' : `${strays.length} fallbacks hold something`,
    );
    const { violations } = this.#checked;
    const isPromised = violations.filter(({ notPromised }) => notPromised === undefined);
    if (isPromised.length === 0) told.push('every invariant holds');
    const lines = violations.map(({ id, notPromised }) =>
      notPromised === undefined ? `${id} is broken` : `${id} does not hold, and need not: ${notPromised}`,
    );
    told.push(...new Set(lines));
  }
}

function isOperators(name: string): boolean {
  return adminVerbs.some((verb) => name.toUpperCase() === `RKV.${verb.name.toUpperCase()}`);
}

function membersOf({ cluster }: CheckedCluster): string[] {
  const { members, decision } = cluster.truth.state;
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { status }]) => {
      const owned = decision.owners.filter((owner) => owner === name).length;
      return `${name.replace('@127.0.0.1', '')} ${status}, owns ${owned} partitions`;
    });
}

function copiesOf({ cluster }: CheckedCluster, key: string): string[] {
  const copies = cluster.survey.copies(key).map(({ node, position, value }) => {
    const role = cluster.survey.owner(position) === node ? 'primary' : 'fallback';
    return `node${node + 1} ${role} of partition ${position}: ${value ?? 'a tombstone'}`;
  });
  return copies.length === 0 ? ['nobody holds it'] : copies;
}

function settingsOf(words: readonly string[]): RunSettings {
  const given = new Map(words.map((word) => word.split('=') as [string, string]));
  const number = (name: string, otherwise: number) => Number(given.get(name) ?? otherwise);
  const members = number('nodes', 3);
  return {
    ...drawSettings({ seed: number('seed', 1), durationMs: 1000 }),
    nodes: members + number('more', 0),
    members,
    ringSize: number('ring', 16),
    quorum: { n: number('n', 3), r: number('r', 2), w: number('w', 2) },
    consistency: (given.get('consistency') ?? 'sloppy') as RunSettings['consistency'],
    storage: given.get('storage') === 'disk' ? 'disk' : 'memory',
    network: networkTimesDefault,
    requestTimeoutMs: number('deadline', 3000),
    requestsMax: number('requests', 256),
    suspectMs: 2000,
    syncMs: number('sync', 2),
    syncTailShare: 0,
    handoff: { sweepMs: 1000 },
  };
}

function wordsAfter(lines: readonly string[], word: string): string[] {
  return lines.filter((line) => line.startsWith(`${word} `)).flatMap((line) => line.split(/\s+/).slice(1));
}

/** Details of a log event, without those that every change of a delay would change. */
function told(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([name]) => !['ms', 'bytes', 'clusterId', 'seconds'].includes(name))
    .map(([name, value]) => `${name}=${String(value).replaceAll('@127.0.0.1', '')}`)
    .join(' ');
}
