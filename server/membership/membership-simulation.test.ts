import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeName, nodeName } from '../ring/index.js';
import { completeTransition, type MembershipView, tick } from './claimant.js';
import {
  type ClusterState,
  createClusterState,
  type MemberStatus,
  membersWith,
  voters,
} from './cluster-state.js';
import { decodeDelta, encodeDelta, encodeState } from './cluster-text.js';
import { answerDigest, type ClusterDigest, deltaOf, digestOf, mergeDelta } from './gossip.js';
import { commitPlan, planChanges } from './plan.js';
import { isRingReady } from './ring-ready.js';
import { SeededChance } from './seeded-chance.js';
import { clearStaged, joinCluster, markDown, stageChange } from './staging.js';

const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => nodeName(`${letter}@h`));

type Message =
  | { kind: 'digest'; digest: ClusterDigest }
  | { kind: 'delta'; text: string; digest?: ClusterDigest };

/** Nodes that share nothing but messages, which may be lost, doubled and out of order. */
class Cluster {
  readonly states = new Map<NodeName, ClusterState>();
  readonly stopped = new Set<NodeName>();
  readonly cut = new Set<NodeName>();
  /** Every decision that any node has ever had, by term and epoch. */
  readonly decisions = new Map<string, string>();
  readonly chance: SeededChance;
  #mail: { from: NodeName; to: NodeName; message: Message }[] = [];
  isHealed = false;

  constructor(seed: number, members: number) {
    this.chance = new SeededChance(seed);
    let state = createClusterState({ clusterId: 'rkv', ringSize: 16, name: names[0]! });
    for (const name of names.slice(1, members)) state = joined(state, name);
    for (const name of names.slice(0, members)) this.states.set(name, state);
  }

  /** A node's new state, by its own doing or by merging what it heard. */
  set(name: NodeName, state: ClusterState, isHeard = false): void {
    const before = this.states.get(name);
    if (before !== undefined)
      for (const [of, entry] of before.members) {
        const after = state.members.get(of)!;
        expect(after.counter).toBeGreaterThanOrEqual(entry.counter);
        if (!isHeard && after.counter === entry.counter + 1) expectLegal(entry.status, after.status);
      }
    this.states.set(name, state);
    const { term, epoch, ...content } = state.decision;
    const known = this.decisions.get(`${term}.${epoch}`);
    const text = JSON.stringify([content.claimant, content.owners, content.transitions]);
    if (known !== undefined) expect(text, `decision ${term}.${epoch}`).toBe(known);
    this.decisions.set(`${term}.${epoch}`, text);
  }

  running(): NodeName[] {
    return [...this.states.keys()].filter((name) => !this.stopped.has(name));
  }

  one<T>(list: readonly T[]): T {
    return list[this.chance.below(list.length)]!;
  }

  view(self: NodeName): MembershipView {
    const downMs = (name: NodeName) =>
      this.stopped.has(name) || this.cut.has(name) !== this.cut.has(self) ? 1000 * this.chance.below(3) : 0;
    return { downMs, takeoverTimeoutMs: 1500, isDrained: true };
  }

  tick(name: NodeName): void {
    let state = tick(this.states.get(name)!, name, this.view(name));
    for (const { position } of state.decision.transitions) {
      if (this.isHealed || this.chance.below(2) === 0) state = completeTransition(state, position, name);
    }
    this.set(name, state);
  }

  gossip(from: NodeName, to: NodeName): void {
    this.#send(from, to, { kind: 'digest', digest: digestOf(this.states.get(from)!) });
  }

  #send(from: NodeName, to: NodeName, message: Message): void {
    if (!this.isHealed && (this.cut.has(from) !== this.cut.has(to) || this.chance.below(4) === 0)) return;
    this.#mail.push({ from, to, message });
    if (!this.isHealed && this.chance.below(4) === 0) this.#mail.push({ from, to, message });
  }

  deliver(): boolean {
    if (this.#mail.length === 0) return false;
    const [letter] = this.#mail.splice(this.chance.below(this.#mail.length), 1);
    const { from, to, message } = letter!;
    if (this.stopped.has(to)) return true;
    const state = this.states.get(to)!;
    if (message.kind === 'digest') {
      const answer = answerDigest(state, from, message.digest);
      if (answer.kind !== 'delta') return true;
      this.#send(to, from, { kind: 'delta', text: encodeDelta(answer.delta), digest: answer.digest });
      return true;
    }
    const merged = mergeDelta(state, decodeDelta(message.text));
    this.set(to, merged, true);
    if (message.digest !== undefined)
      this.#send(to, from, { kind: 'delta', text: encodeDelta(deltaOf(merged)) });
    return true;
  }

  /** An operator does something, anywhere. */
  operate(): void {
    const at = this.one(this.running());
    const state = this.states.get(at)!;
    const target = this.one(names);
    switch (this.chance.below(9)) {
      case 0:
      case 1: {
        const result = stageChange(state, { name: target, action: { kind: 'leave' }, self: at });
        if (result.kind === 'staged') this.set(at, result.state);
        return;
      }
      case 2: {
        if (this.states.has(target)) return;
        const next = joinCluster(
          createClusterState({ clusterId: 'rkv', ringSize: 16, name: target }),
          state,
          target,
        );
        if (next.kind === 'staged') this.set(target, next.state);
        return;
      }
      case 3:
      case 4: {
        const plan = planChanges(state, this.chance.below(100));
        if (plan.kind !== 'planned') return;
        const result = commitPlan(state, plan.plan, at);
        if (result.kind === 'committed') this.set(at, result.state);
        return;
      }
      case 5: {
        const result = markDown(state, { name: target, self: at, isUp: !this.stopped.has(target) });
        if (result.kind === 'staged') this.set(at, result.state);
        return;
      }
      case 6:
        if (this.stopped.size === 0 && this.running().length > 2) this.stopped.add(at);
        else this.stopped.clear();
        return;
      case 7:
        if (this.cut.size === 0) this.cut.add(target);
        else this.cut.clear();
        return;
      default:
        if (this.chance.below(4) === 0) this.set(at, clearStaged(state, at));
    }
  }

  heal(): void {
    this.stopped.clear();
    this.cut.clear();
    this.#mail = [];
    this.isHealed = true;
  }

  /** Rounds of gossip among all, until all members are of one mind and nothing is left to do. */
  settle(): boolean {
    for (let round = 0; round < 60; round++) {
      for (const name of this.running()) this.tick(name);
      for (const from of this.running())
        for (const to of this.running()) if (from !== to) this.gossip(from, to);
      while (this.deliver()) {}
      if (this.isSettled()) return true;
    }
    return false;
  }

  isSettled(): boolean {
    const first = this.states.get(this.members()[0]!)!;
    return (
      this.members().every((name) => encodeState(this.states.get(name)!) === encodeState(first)) &&
      isRingReady(first) &&
      first.decision.transitions.length === 0 &&
      this.members().every((name) => tick(first, name, this.view(name)) === first) &&
      membersWith(first, 'leaving', 'exiting', 'down').length === 0
    );
  }

  /** Those who are members in the state that decided last. */
  members(): NodeName[] {
    const all = [...this.states.values()];
    const last = all.reduce((a, b) =>
      b.decision.term * 1e6 + b.decision.epoch > a.decision.term * 1e6 + a.decision.epoch ? b : a,
    );
    return membersWith(last, 'joining', 'valid', 'leaving', 'exiting', 'down').filter((name) =>
      this.states.has(name),
    );
  }
}

describe('a cluster that gossips over a bad network', () => {
  it('never has two decisions of one term and epoch, and comes to one state once the network is good', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 5 }), (seed, members) => {
        const cluster = new Cluster(seed, members);
        for (let step = 0; step < 400; step++) {
          const what = cluster.chance.below(12);
          if (what === 0) cluster.operate();
          else if (what < 4) cluster.tick(cluster.one(cluster.running()));
          else if (what < 7)
            cluster.gossip(cluster.one(cluster.running()), cluster.one([...cluster.states.keys()]));
          else cluster.deliver();
        }
        cluster.heal();
        expect(cluster.settle(), describeStates(cluster)).toBe(true);
        const state = cluster.states.get(cluster.members()[0]!)!;
        expect(voters(state)).toContain(state.decision.claimant);
        for (const owner of state.decision.owners)
          expect(membersWith(state, 'valid'), describeStates(cluster)).toContain(owner);
      }),
      { numRuns: 150 },
    );
  });

  it('gets a new claimant without an operator, which has the staged changes', () => {
    const cluster = new Cluster(1, 4);
    cluster.heal();
    const [a, b, c] = names as [NodeName, NodeName, NodeName];
    cluster.settle();
    const plan = planChanges(cluster.states.get(a)!, 1);
    if (plan.kind !== 'planned') return expect.unreachable();
    const committed = commitPlan(cluster.states.get(a)!, plan.plan, a);
    if (committed.kind !== 'committed') return expect.unreachable();
    cluster.set(a, committed.state);
    expect(cluster.settle()).toBe(true);
    const staged = stageChange(cluster.states.get(c)!, { name: c, action: { kind: 'leave' }, self: c });
    if (staged.kind !== 'staged') return expect.unreachable();
    cluster.set(c, staged.state);
    cluster.settle();
    cluster.stopped.add(a);
    for (let round = 0; round < 20; round++) cluster.settle();
    const state = cluster.states.get(c)!;
    expect(state.decision).toMatchObject({ claimant: b, term: 2 });
    expect(state.staged.get(c)?.action).toEqual({ kind: 'leave' });
    expect(state.members.get(a)?.status).toBe('valid');
  });
});

const legal: Record<MemberStatus, readonly MemberStatus[]> = {
  joining: ['valid', 'invalid', 'down', 'joining'],
  valid: ['leaving', 'invalid', 'down'],
  leaving: ['exiting', 'invalid', 'down', 'valid'],
  exiting: ['invalid', 'down'],
  down: ['joining', 'invalid', 'leaving', 'down'],
  invalid: ['joining'],
};

/** Each change that a node makes is a step that the life of a member has. */
function expectLegal(before: MemberStatus, after: MemberStatus): void {
  expect(legal[before], `${before} to ${after}`).toContain(after);
}

function joined(state: ClusterState, name: NodeName): ClusterState {
  const result = joinCluster(createClusterState({ clusterId: 'rkv', ringSize: 16, name }), state, name);
  if (result.kind !== 'staged') throw new Error(result.code);
  return result.state;
}

function describeStates(cluster: Cluster): string {
  return cluster
    .members()
    .map((name) => {
      const state = cluster.states.get(name)!;
      const entries = [...state.members].map(([of, entry]) => `${of}=${entry.status}.${entry.counter}`);
      const { term, epoch, claimant, transitions } = state.decision;
      return `${name}: ${term}.${epoch} ${claimant} ${transitions.length} ${entries} ready ${isRingReady(state)}`;
    })
    .join('\n');
}
