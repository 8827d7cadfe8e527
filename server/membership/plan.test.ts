import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeName, nodeName } from '../ring/index.js';
import { completeTransition, tick } from './claimant.js';
import { type ClusterState, createClusterState, futureOwners, membersWith, ringOf } from './cluster-state.js';
import { encodeState } from './cluster-text.js';
import { ringText } from './membership-text.js';
import { type ClusterPlan, commitPlan, planChanges } from './plan.js';
import { crowdedLists } from './plan-text.js';
import { isRingReady } from './ring-ready.js';
import { clearStaged, joinCluster, markDown, stageChange } from './staging.js';

const nodes = Array.from({ length: 12 }, (_, number) => nodeName(`node${10 + number}@h`));
const [a, b, c, d] = nodes as [NodeName, NodeName, NodeName, NodeName];

describe('plan and commit', () => {
  it("install the tutorial's ring: three single nodes joined at once", () => {
    let state = joined(joined(single(a, 16), b), c);
    const plan = planned(state, 7);
    expect(plan.joins).toEqual([b, c]);
    expect(plan.transitions.map(({ transfers }) => transfers)).toEqual([
      [
        { from: a, to: b, partitions: 5 },
        { from: a, to: c, partitions: 5 },
      ],
    ]);
    state = settled(committed(state, plan));
    expect(ringText(state)).toBe('abca|bcab|cabc|abca|\n');
    expect(ringOf(state).members).toEqual([a, b, c]);
  });

  it('change nothing unless the plan is the one that was printed', () => {
    const state = joined(single(a, 16), b);
    expect(commitPlan(single(a, 16), undefined, a)).toMatchObject({ code: 'nothing_planned' });
    expect(commitPlan(state, undefined, a)).toMatchObject({ code: 'nothing_planned' });
    const plan = planned(state, 1);
    expect(commitPlan(state, plan, b)).toMatchObject({ code: 'not_claimant' });
    expect(commitPlan(joined(state, c), plan, a)).toMatchObject({ code: 'plan_changed' });
    const cleared = everybodySaw(clearStaged(state, a));
    expect(commitPlan(cleared, plan, a)).toMatchObject({ code: 'nothing_planned' });
    expect(planned(cleared, 1).transitions).toEqual([]);
    const done = settled(committed(state, plan));
    expect(commitPlan(joined(done, c), plan, a)).toMatchObject({ code: 'plan_changed' });
    expect(planChanges({ ...joined(done, c), seen: new Map() }, 1)).toMatchObject({ code: 'ring_not_ready' });
  });

  it('give all partitions of a replaced member to its replacement, and of one removed by force at once', () => {
    let state = grown([a, b, c, d], 16);
    const before = state.decision.owners;
    state = joined(state, nodes[4]!);
    state = staged(state, b, { kind: 'replace', replacement: nodes[4]! });
    const plan = planned(state, 1);
    expect(plan.transitions[0]!.transfers).toEqual([{ from: b, to: nodes[4], partitions: 4 }]);
    state = settled(committed(state, plan));
    expect(state.decision.owners).toEqual(before.map((owner) => (owner === b ? nodes[4] : owner)));
    expect(membersWith(state, 'invalid')).toEqual([b]);

    state = staged(state, c, { kind: 'force-remove' });
    const removal = planned(state, 1);
    expect(removal.transitions[0]!.reassigned.reduce((sum, { partitions }) => sum + partitions, 0)).toBe(4);
    state = committed(state, removal);
    expect(state.decision.owners).not.toContain(c);
    expect(ringOf(settled(state)).members).toEqual([a, d, nodes[4]]);
  });

  it('refuse what cannot be', () => {
    const alone = single(a, 16);
    expect(stageChange(alone, { name: b, action: { kind: 'leave' }, self: a })).toMatchObject({
      code: 'not_member',
    });
    expect(stageChange(alone, { name: a, action: { kind: 'leave' }, self: a })).toMatchObject({
      code: 'only_member',
    });
    expect(joinCluster(alone, alone, a)).toMatchObject({ code: 'self_join' });
    expect(joinCluster(single(b, 32), alone, b)).toMatchObject({ code: 'different_ring_sizes' });
    const three = joined(grown([a, b], 16), c);
    expect(joinCluster(three, single(d, 16), c)).toMatchObject({ code: 'not_single_node' });
    const stage = (name: NodeName, kind: 'force-remove' | 'leave') =>
      stageChange(three, { name, action: { kind }, self: b });
    expect(stage(a, 'force-remove')).toMatchObject({ code: 'is_claimant' });
    const replace = (state: ClusterState, name: NodeName, replacement: NodeName) =>
      stageChange(state, { name, action: { kind: 'replace', replacement }, self: a });
    expect(replace(three, a, b)).toMatchObject({ code: 'invalid_replacement' });
    const replacing = staged(three, a, { kind: 'replace', replacement: c });
    expect(replace(replacing, b, c)).toMatchObject({ code: 'already_replacement' });
    const leaving = committed(
      staged(three, b, { kind: 'leave' }),
      planned(staged(three, b, { kind: 'leave' }), 1),
    );
    expect(stageChange(leaving, { name: b, action: { kind: 'leave' }, self: a })).toMatchObject({
      code: 'already_leaving',
    });
    expect(markDown(three, { name: b, self: a, isUp: true })).toMatchObject({ code: 'is_up' });
  });

  it('let a joining member leave before it has joined', () => {
    const state = staged(joined(grown([a, b], 16), c), c, { kind: 'leave' });
    const after = settled(committed(state, planned(state, 1)));
    expect(membersWith(after, 'invalid')).toEqual([c]);
    expect(ringOf(after).members).toEqual([a, b]);
  });

  it('keep every rule of the claim through any joins and leaves', () => {
    const step = fc.record({ joins: fc.nat(3), leaves: fc.nat(2), at: fc.nat(), seed: fc.nat() });
    fc.assert(
      fc.property(
        fc.constantFrom(16, 64),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        (ringSize, steps) => {
          let state = single(a, ringSize);
          for (const { joins, leaves, at, seed } of steps) {
            const free = nodes.filter((name) => !isMember(state, name)).slice(0, joins);
            const members = membersWith(state, 'valid');
            for (const name of free) state = joined(state, name);
            for (let i = 0; i < Math.min(leaves, members.length - 1); i++) {
              state = staged(state, members[(at + i) % members.length]!, { kind: 'leave' });
            }
            const plan = planned(state, seed);
            expect(encodePlan(planned(state, seed))).toBe(encodePlan(plan));
            if (plan.transitions.length === 0) continue;
            const printed = plan.transitions[0]!.state;
            state = committed(state, plan);
            expect(state.decision).toEqual(printed.decision);
            for (const { owner, nextOwner } of state.decision.transitions) expect(owner).not.toBe(nextOwner);
            for (const name of membersWith(state, 'leaving', 'invalid')) {
              expect(futureOwners(state.decision)).not.toContain(name);
            }
            state = settled(state);
            expect(state.decision.owners).toEqual(futureOwners(printed.decision));
            const now = membersWith(state, 'valid');
            const counts = now.map((name) => state.decision.owners.filter((owner) => owner === name).length);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
            if (plan.changes.size > 0 && now.length >= 4)
              expect(crowdedLists(state.decision.owners, 4)).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave the partitions of a member that is down alone, and finish when it is back', () => {
    let state = grown([a, b, c, d, nodes[4]!], 64);
    const down = markDown(state, { name: c, self: a, isUp: false });
    if (down.kind !== 'staged') return expect.unreachable();
    const kept = positionsOf(down.state, c);
    state = staged(everybodySaw(down.state), b, { kind: 'leave' });
    state = settled(committed(state, planned(state, 3)));
    expect(positionsOf(state, c)).toEqual(kept);
    expect(membersWith(state, 'invalid')).toEqual([b]);
    state = settled(state, true);
    expect(membersWith(state, 'valid')).toEqual([a, c, d, nodes[4]]);
    const counts = membersWith(state, 'valid').map((name) => positionsOf(state, name).length);
    expect(counts).toEqual([16, 16, 16, 16]);
  });
});

function single(name: NodeName, ringSize: number): ClusterState {
  return createClusterState({ clusterId: 'rkv', ringSize, name });
}

/** A cluster of these nodes, all joined at once. */
function grown(names: readonly NodeName[], ringSize: number): ClusterState {
  let state = single(names[0]!, ringSize);
  for (const name of names.slice(1)) state = joined(state, name);
  return settled(committed(state, planned(state, 1)));
}

function joined(state: ClusterState, name: NodeName): ClusterState {
  const result = joinCluster(single(name, state.ringSize), state, name);
  if (result.kind !== 'staged') throw new Error(result.code);
  return everybodySaw(result.state);
}

function staged(
  state: ClusterState,
  name: NodeName,
  action: Parameters<typeof stageChange>[1]['action'],
): ClusterState {
  const result = stageChange(state, { name, action, self: state.decision.claimant });
  if (result.kind !== 'staged') throw new Error(result.code);
  return everybodySaw(result.state);
}

function planned(state: ClusterState, seed: number): ClusterPlan {
  const result = planChanges(state, seed);
  if (result.kind !== 'planned') throw new Error(result.code);
  return result.plan;
}

function committed(state: ClusterState, plan: ClusterPlan): ClusterState {
  const result = commitPlan(state, plan, state.decision.claimant);
  if (result.kind !== 'committed') throw new Error(result.code);
  return result.state;
}

const view = { downMs: () => 0, takeoverTimeoutMs: 1, isDrained: true };

function everybodySaw(state: ClusterState): ClusterState {
  let next = state;
  const up = membersWith(state, 'valid', 'leaving', 'exiting');
  for (let round = 0; round < 10 && !isRingReady(next); round++) {
    for (const name of up) next = tick(next, name, view);
  }
  return next;
}

/** All members that run, sharing one state, hand everything over and tick until nothing changes any more. */
function settled(start: ClusterState, isEverybodyBack = false): ClusterState {
  let state = start;
  for (let round = 0; round < 50; round++) {
    const before = encodeState(state);
    for (const name of [...state.members.keys()].sort()) {
      if (!isEverybodyBack && state.members.get(name)?.status === 'down') continue;
      state = tick(state, name, view);
      for (const { position } of state.decision.transitions)
        state = completeTransition(state, position, name);
    }
    if (encodeState(state) === before) return state;
  }
  throw new Error('the cluster does not settle');
}

function isMember(state: ClusterState, name: NodeName): boolean {
  return (state.members.get(name)?.status ?? 'invalid') !== 'invalid';
}

function positionsOf(state: ClusterState, name: NodeName): number[] {
  return [...state.decision.owners.keys()].filter((position) => state.decision.owners[position] === name);
}

function encodePlan(plan: ClusterPlan): string {
  return plan.transitions.map(({ state }) => encodeState(state)).join();
}
