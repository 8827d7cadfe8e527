import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type NodeName, nodeName } from '../ring/index.js';
import { completeTransition, tick } from './claimant.js';
import { type ClusterState, createClusterState, withMember } from './cluster-state.js';
import { memberStatusText, ringText } from './membership-text.js';
import { commitPlan, planChanges } from './plan.js';
import { clearText, commitText, planText } from './plan-text.js';
import { ringReadiness } from './ring-ready.js';
import { ringReadyText, ringStatusText } from './ring-status-text.js';
import { joinCluster, type StageableAction, stageChange } from './staging.js';
import { refusalText, stagedText } from './staging-text.js';

const [a, b, c, d] = [1, 2, 3, 4].map((number) => nodeName(`node${number}@127.0.0.1`)) as [
  NodeName,
  NodeName,
  NodeName,
  NodeName,
];
const everybody = () => true;

/** The tutorial's session and what may follow it, with everything that an operator reads. */
describe('the texts for operators', () => {
  it('read as the golden session', () => {
    let session = '';
    const say = (command: string, text: string) => {
      session += `$ rkv admin ${command}\n${text.endsWith('\n') ? text : `${text}\n`}\n`;
    };
    let state = createClusterState({ clusterId: 'rkv', ringSize: 16, name: a });
    say('plan', planText(planChanges(state, 1), 3));
    say('commit', commitText(commitPlan(state, undefined, a)));
    for (const name of [b, c]) state = joined(state, name);
    say('member-status', memberStatusText(state));
    state = committed(state, say);
    say('member-status', memberStatusText(state));
    say(
      'ring-status',
      ringStatusText(state, (name) => name !== c),
    );
    say('plan', planText(planChanges(state, 1), 3));
    state = settled(state);
    say('member-status', memberStatusText(state));
    say('ring --legend', ringText(state, { hasLegend: true }));
    say('ring --numeric', ringText(state, { isNumeric: true }));
    say('ring-status', ringStatusText(state, everybody));
    say('ringready', ringReadyText(ringReadiness(state, everybody)));
    say('ringready', ringReadyText(ringReadiness(state, (name) => name !== b)));
    const stage = (name: NodeName, action: StageableAction) => {
      const result = stageChange(state, { name, action, self: a });
      const command = `${action.kind} ${name}${'replacement' in action ? ` ${action.replacement}` : ''}`;
      if (result.kind === 'refused') {
        const replacement = 'replacement' in action ? action.replacement : undefined;
        return say(command, refusalText(result.code, name, replacement));
      }
      state = seen(result.state);
      say(command, stagedText(name, action));
    };
    stage(a, { kind: 'force-remove' });
    stage(d, { kind: 'leave' });
    stage(b, { kind: 'replace', replacement: c });
    state = joined(state, d);
    stage(b, { kind: 'replace', replacement: d });
    stage(c, { kind: 'force-remove' });
    state = committed(state, say);
    state = settled(state);
    say('member-status', memberStatusText(state));
    say('ring', ringText(state));
    say('clear', clearText);
    say('plan', planText(planChanges({ ...state, seen: new Map() }, 1), 3));
    golden('session.txt', session);
  });

  it('are 79 columns wide and align the shares', () => {
    const state = joined(createClusterState({ clusterId: 'rkv', ringSize: 16, name: a }), b);
    const text = memberStatusText(withMember(state, b, { status: 'leaving', writer: a }));
    expect(text.split('\n')[0]!.length).toBe(79);
    expect(text).toContain("leaving     0.0%      --      'node2@127.0.0.1'\n");
    expect(text).toContain("valid     100.0%      --      'node1@127.0.0.1'\n");
  });
});

function golden(file: string, text: string): void {
  const url = new URL(`./golden/${file}`, import.meta.url);
  if (process.env.UPDATE === '1') writeFileSync(url, text);
  expect(text).toBe(readFileSync(url, 'utf8'));
}

function joined(state: ClusterState, name: NodeName): ClusterState {
  const own = createClusterState({ clusterId: 'rkv', ringSize: state.ringSize, name });
  const result = joinCluster(own, state, name);
  if (result.kind !== 'staged') throw new Error(result.code);
  return seen(result.state);
}

function committed(state: ClusterState, say: (command: string, text: string) => void): ClusterState {
  const result = planChanges(state, 1);
  say('plan', planText(result, 3));
  if (result.kind !== 'planned') throw new Error(result.code);
  const commit = commitPlan(state, result.plan, a);
  say('commit', commitText(commit));
  if (commit.kind !== 'committed') throw new Error(commit.code);
  return seen(commit.state);
}

const view = { downMs: () => 0, takeoverTimeoutMs: 1, isDrained: true };

function seen(state: ClusterState): ClusterState {
  let next = state;
  for (const name of state.members.keys()) next = tick(next, name, view);
  return next;
}

function settled(state: ClusterState): ClusterState {
  let next = state;
  for (let round = 0; round < 10; round++) {
    next = seen(next);
    for (const { position, owner } of next.decision.transitions)
      next = completeTransition(next, position, owner);
  }
  return next;
}
