import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeName } from '../ring/index.js';
import { mergeStates } from './cluster-merge.js';
import {
  type ClusterState,
  createClusterState,
  type MemberStatus,
  type StagedAction,
} from './cluster-state.js';
import { coreDigest, decodeDelta, decodeState, encodeDelta, encodeState } from './cluster-text.js';
import { answerDigest, deltaOf, digestOf, isSameState, mergeDelta } from './gossip.js';

const names = ['a@h', 'b@h', 'c@h', 'd@h'].map(nodeName);
const name = fc.constantFrom(...names);
const few = fc.integer({ min: 0, max: 3 });
const statuses: MemberStatus[] = ['joining', 'valid', 'leaving', 'exiting', 'down', 'invalid'];
const action: fc.Arbitrary<StagedAction> = fc.oneof(
  fc.constantFrom<StagedAction>({ kind: 'none' }, { kind: 'leave' }, { kind: 'force-remove' }),
  name.map((replacement): StagedAction => ({ kind: 'replace', replacement })),
);
const mapOf = <T>(entry: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(name, entry), { maxLength: 4 }).map((list) => new Map(list));

/** Any state at all, also ones with equal counters and other content, which no node should make. */
const anyState: fc.Arbitrary<ClusterState> = fc
  .record({
    members: mapOf(
      fc.record({
        status: fc.constantFrom(...statuses),
        counter: few,
        writer: name,
        address: fc.constantFrom('', 'h:1'),
        isRejoin: fc.boolean(),
      }),
    ),
    decision: fc.record({
      term: few,
      epoch: few,
      claimant: name,
      owners: fc.array(name, { minLength: 8, maxLength: 8 }),
      transitions: fc.array(
        fc.record({ position: fc.nat(7), owner: name, nextOwner: name, since: fc.nat(5) }),
        { maxLength: 2 },
      ),
      seed: few,
    }),
    completions: fc.array(few, { minLength: 8, maxLength: 8 }),
    staged: mapOf(fc.record({ action, counter: few, writer: name })),
    seen: mapOf(fc.record({ counter: few, digest: fc.constantFrom('', 'x', 'y') })),
    votes: mapOf(fc.record({ term: few, candidate: name })),
  })
  .map((parts) => ({ ...createClusterState({ clusterId: 'rkv', ringSize: 8, name: names[0]! }), ...parts }));

describe('the merge of states', () => {
  it('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(anyState, anyState, anyState, (a, b, c) => {
        expect(text(mergeStates(a, b))).toBe(text(mergeStates(b, a)));
        expect(text(mergeStates(mergeStates(a, b), c))).toBe(text(mergeStates(a, mergeStates(b, c))));
        expect(text(mergeStates(a, a))).toBe(text(a));
      }),
      { numRuns: 500 },
    );
  });

  it('is above both: merging either again changes nothing', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        const merged = mergeStates(a, b);
        expect(text(mergeStates(merged, a))).toBe(text(merged));
        expect(text(mergeStates(b, merged))).toBe(text(merged));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the text of a state', () => {
  it('reads back as the same state, and equal states have equal texts', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(decodeState(text(state))).toEqual(state);
        expect(text(decodeState(text(state)))).toBe(text(state));
        expect(coreDigest(decodeState(text(state)))).toBe(coreDigest(state));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused with one sentence when it is damaged', () => {
    const whole = text(createClusterState({ clusterId: 'rkv', ringSize: 8, name: names[0]! }));
    expect(() => decodeState(whole.slice(0, -3))).toThrow(/no state of a cluster/);
    expect(() => decodeState(whole.replace('"valid"', '"well"'))).toThrow(/members/);
    expect(() => decodeState(whole.replace('"owners":[0,', '"owners":[7,'))).toThrow(/no member 7/);
    expect(() => decodeState(whole.replace('"completions":[0,', '"completions":['))).toThrow(/lists/);
    expect(() => decodeState(whole.replace('"clusterId":"rkv"', '"clusterId":"?"'))).toThrow(/cluster/);
    expect(() => decodeDelta('{}')).toThrow(/no state of a cluster/);
  });
});

describe('gossip', () => {
  it('makes two states equal in one round, and sends only what differs', () => {
    fc.assert(
      fc.property(anyState, anyState, (first, second) => {
        const member = {
          status: 'valid',
          counter: 9,
          writer: names[0]!,
          address: '',
          isRejoin: false,
        } as const;
        const a = { ...first, members: new Map(first.members).set(names[0]!, member) };
        const b = { ...second, members: new Map(second.members).set(names[0]!, member) };
        const answer = answerDigest(b, names[0]!, digestOf(a));
        if (answer.kind === 'same') return expect(isSameState(a, b)).toBe(true);
        if (answer.kind !== 'delta') return expect.unreachable();
        const merged = mergeDelta(a, decodeDelta(encodeDelta(answer.delta)));
        const back = mergeDelta(b, decodeDelta(encodeDelta(deltaOf(a))));
        expect(text(merged)).toBe(text(back));
        expect(mergeDelta(merged, answer.delta)).toBe(merged);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses other clusters, other ring sizes and whoever is no member', () => {
    const mine = createClusterState({ clusterId: 'rkv', ringSize: 8, name: names[0]! });
    const other = createClusterState({ clusterId: 'other', ringSize: 8, name: names[1]! });
    const larger = createClusterState({ clusterId: 'rkv', ringSize: 16, name: names[1]! });
    expect(answerDigest(mine, names[1]!, digestOf(other))).toEqual({
      kind: 'refused',
      code: 'other-cluster',
    });
    expect(answerDigest(mine, names[1]!, digestOf(larger))).toMatchObject({ code: 'other-ring-size' });
    expect(answerDigest(mine, names[1]!, digestOf(mine))).toMatchObject({ code: 'not-a-member' });
    expect(answerDigest(mine, names[0]!, digestOf(mine))).toEqual({ kind: 'same' });
    expect(mergeDelta(mine, deltaOf(other))).toBe(mine);
  });
});

function text(state: ClusterState): string {
  return encodeState(state);
}
