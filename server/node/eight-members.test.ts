/**
 * A cluster of eight, whose operators change it in many ways while it is written to: nothing acknowledged is lost
 * while data are handed over, and whatever operators do in whatever order, it comes to rest.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRingReady, membersWith } from '../membership/index.js';
import { nodeName } from '../ring/index.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const nodes = 8;
/** The seed of the random operators; another one with RKV_OPERATOR_SEED, so many runs with RKV_OPERATOR_RUNS. */
const operatorSeed = Number(process.env.RKV_OPERATOR_SEED ?? 20261125);
const operatorRuns = Number(process.env.RKV_OPERATOR_RUNS ?? 6);

describe('a cluster of eight', () => {
  it('is spaced and balanced, and loses nothing while some leave, are replaced, and are replaced by force', () => {
    const cluster = new SimulatedCluster({ nodes: nodes + 2, seed: 8, areAlone: true, ringSize: 32 });
    for (let number = 1; number < nodes; number++) admin(cluster, number, 'RKV.JOIN', place(0));
    commit(cluster);
    settle(cluster, range(nodes));
    const counts = ownedBy(cluster, 0);
    expect([counts.size, ...counts.values()]).toEqual([nodes, ...new Array<number>(nodes).fill(4)]);
    expect(admin(cluster, 3, 'RKV.PLAN')).toBe('There are no staged changes');
    expectSpaced(cluster, 0);

    const load = new Load(cluster, 2);
    load.write(200);
    admin(cluster, 6, 'RKV.LEAVE', name(4));
    admin(cluster, 6, 'RKV.LEAVE', name(5));
    commit(cluster);
    load.write(100);
    settle(cluster, [0, 1, 2, 3, 6, 7]);
    load.check(7);

    admin(cluster, 8, 'RKV.JOIN', place(3));
    expect(admin(cluster, 1, 'RKV.REPLACE', name(6), name(8))).toContain('Success');
    const had = ownedBy(cluster, 0).get(nodeName(name(6)));
    commit(cluster);
    load.write(100);
    settle(cluster, [0, 1, 2, 3, 7, 8]);
    expect(ownedBy(cluster, 8).get(nodeName(name(8)))).toBe(had);
    load.check(8);

    const lost = ownedBy(cluster, 0).get(nodeName(name(7)));
    cluster.crash(7);
    load.write(50);
    cluster.runUntil('its death is noticed', () => !cluster.node(0).isReady);
    admin(cluster, 0, 'RKV.DOWN', name(7));
    admin(cluster, 9, 'RKV.JOIN', place(0));
    expect(admin(cluster, 0, 'RKV.FORCE-REPLACE', name(7), name(9))).toContain('Success');
    cluster.runUntil('a plan', () => admin(cluster, 0, 'RKV.PLAN').includes('force-replace'));
    expect(admin(cluster, 0, 'RKV.PLAN')).toContain(`WARNING: All of '${name(7)}' replicas will be lost`);
    expect(admin(cluster, 0, 'RKV.COMMIT')).toBe('Cluster changes committed');
    load.write(50);
    settle(cluster, [0, 1, 2, 3, 8, 9]);
    expect(ownedBy(cluster, 9).get(nodeName(name(9)))).toBe(lost);
    // The one that stands for it has lost nothing, either: others have given it what they had.
    load.check(9);
    expectSpaced(cluster, 9);
  });

  it('comes to rest, with one ring, whatever operators do while the network fails', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(action, { minLength: 6, maxLength: 24 }), (seed, actions) => {
        const cluster = new SimulatedCluster({ nodes, seed, ringSize: 32 });
        cluster.form();
        for (const one of actions) act(cluster, one);
        cluster.heal();
        for (const { number } of cluster.machines) cluster.thaw(number);
        cluster.runUntil('rest', () => isAtRest(cluster), 120_000);
      }),
      { seed: operatorSeed, numRuns: operatorRuns },
    );
  });
});

type Action = readonly [verb: (typeof verbs)[number], at: number, of: number, other: number, ms: number];

const verbs = [
  ...['join', 'join', 'leave', 'replace', 'force-remove', 'force-replace', 'down', 'clear'],
  ...['commit', 'commit', 'commit', 'cut', 'freeze', 'thaw', 'heal'],
] as const;
const node = fc.nat(nodes - 1);
const action: fc.Arbitrary<Action> = fc.tuple(fc.constantFrom(...verbs), node, node, node, fc.nat(1500));

/** What is refused, or asked at a node that stands still, is no mistake; that it is never answered would be one. */
function act(cluster: SimulatedCluster, [verb, at, of, other, ms]: Action): void {
  const asked = cluster.machines[at]!.isFrozen ? undefined : cluster.client(at);
  switch (verb) {
    case 'cut':
      cluster.cut(at, of);
      break;
    case 'freeze':
      cluster.freeze(of);
      break;
    case 'thaw':
      cluster.thaw(of);
      break;
    case 'heal':
      cluster.heal();
      break;
    case 'join':
      asked?.send('RKV.JOIN', place(of));
      break;
    case 'commit':
      asked?.send('RKV.PLAN');
      asked?.send('RKV.COMMIT');
      break;
    case 'clear':
      asked?.send('RKV.CLEAR');
      break;
    case 'replace':
    case 'force-replace':
      asked?.send(`RKV.${verb.toUpperCase()}`, name(of), name(other));
      break;
    default:
      asked?.send(`RKV.${verb.toUpperCase()}`, name(of));
  }
  cluster.run(ms);
}

/** Every node is alone or in a cluster whose members all go by one ring, which nobody leaves and nothing moves in. */
function isAtRest(cluster: SimulatedCluster): boolean {
  return cluster.names.every((self, number) => {
    const own = cluster.node(number).clusterState;
    const { decision } = own;
    const quiet = membersWith(own, 'leaving', 'exiting', 'down').length === 0;
    if (!quiet || decision.transitions.length > 0 || !isRingReady(own)) return false;
    // A join that nobody has committed stays staged.
    if (membersWith(own, 'joining').includes(self)) return true;
    const valid = membersWith(own, 'valid');
    if (!valid.includes(self) || decision.owners.some((owner) => !valid.includes(owner))) return false;
    return valid.every((member) => {
      const theirs = cluster.node(cluster.names.indexOf(member)).clusterState;
      return theirs.clusterId === own.clusterId && theirs.decision.epoch === decision.epoch;
    });
  });
}

/** Writes keys from a node all the time, and knows what was acknowledged. */
class Load {
  readonly #cluster: SimulatedCluster;
  readonly #client: ReturnType<SimulatedCluster['client']>;
  #sent = 0;

  constructor(cluster: SimulatedCluster, number: number) {
    this.#cluster = cluster;
    this.#client = cluster.client(number);
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#client.send('SET', `load${this.#sent}`, `v${this.#sent++}`);
      this.#cluster.run(2);
    }
  }

  /** Every acknowledged write can be read at a node; nearly all were acknowledged. */
  check(number: number): void {
    this.#cluster.runUntil('all answers', () => this.#client.replies.length === this.#sent);
    const acknowledged = this.#client.replies.flatMap((reply, i) => (reply === 'OK' ? [i] : []));
    expect(acknowledged.length).toBeGreaterThan(this.#sent * 0.8);
    const reader = this.#cluster.client(number);
    for (const i of acknowledged) reader.send('GET', `load${i}`);
    this.#cluster.runUntil('all values', () => reader.replies.length === acknowledged.length);
    expect(reader.replies).toEqual(acknowledged.map((i) => `v${i}`));
  }
}

/** Until these are the valid members, in the view of each, and nothing is on its way. */
function settle(cluster: SimulatedCluster, numbers: readonly number[]): void {
  const expected = numbers.map(name).sort();
  cluster.runUntil(
    `members ${numbers}`,
    () =>
      numbers.every((number) => {
        const { clusterState, isReady } = cluster.node(number);
        const members = membersWith(clusterState, 'valid', 'leaving', 'exiting', 'joining', 'down');
        const isQuiet = clusterState.decision.transitions.length === 0 && isReady;
        return isQuiet && members.join() === expected.join() && cluster.node(number).transfers().length === 0;
      }),
    120_000,
  );
}

/** No three neighbours of the ring, around its end too, have an owner twice. */
function expectSpaced(cluster: SimulatedCluster, number: number): void {
  const { owners } = cluster.node(number).clusterState.decision;
  for (const [i, owner] of owners.entries()) {
    const next = [owners[(i + 1) % owners.length], owners[(i + 2) % owners.length]];
    expect(next, `at ${i} of ${owners}`).not.toContain(owner);
  }
}

function ownedBy(cluster: SimulatedCluster, number: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const owner of cluster.node(number).clusterState.decision.owners)
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

function commit(cluster: SimulatedCluster): void {
  cluster.runUntil('a plan', () => admin(cluster, 0, 'RKV.PLAN').includes('Staged Changes'));
  expect(admin(cluster, 0, 'RKV.COMMIT')).toBe('Cluster changes committed');
}

function admin(cluster: SimulatedCluster, number: number, ...words: string[]): string {
  const client = cluster.client(number);
  client.send(...words);
  cluster.runUntil(`an answer to ${words.join(' ')}`, () => client.replies.length > 0);
  return client.replies[0]!;
}

function name(number: number): string {
  return `node${number + 1}@127.0.0.1`;
}

/** Where a node's clients find it. */
function place(number: number): string {
  return `127.0.0.1:${7001 + number}`;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
