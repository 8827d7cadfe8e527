/** The plan and the answers to plan, commit and clear, as an operator reads them. */
import { type NodeName, targetN } from '../ring/index.js';
import { type ClusterState, futureOwners } from './cluster-state.js';
import { columns, lines, memberStatusText, titled } from './membership-text.js';
import type { ClusterPlan, CommitResult, Moves, PlannedTransition, PlanResult } from './plan.js';
import type { StageableAction } from './staging.js';
import { refusalText } from './staging-text.js';

/** The whole plan, or why there is none. `n` is the number of replicas that the cluster keeps. */
export function planText(result: PlanResult, n: number): string {
  if (result.kind === 'planned') return plannedText(result.plan, n);
  if (result.code === 'invalid_change') {
    const replacement = 'replacement' in result.action ? result.action.replacement : undefined;
    return lines(
      `A staged change of '${result.name}' cannot be done any more:`,
      refusalText(result.why, result.name, replacement),
      "Use 'rkv admin clear' and stage what is still wanted.",
    );
  }
  return lines(
    'Cannot plan until cluster state has converged.',
    "Check 'Ring Ready' in 'rkv admin ring-status'",
  );
}

export function commitText(result: CommitResult): string {
  if (result.kind === 'committed') return lines('Cluster changes committed');
  switch (result.code) {
    case 'nothing_planned':
      return lines("You must verify the plan with 'rkv admin plan' before committing");
    case 'plan_changed':
      return lines("The plan has changed. Verify with 'rkv admin plan' before committing");
    case 'ring_not_ready':
      return lines(
        'Cannot commit until cluster state has converged.',
        "Check 'Ring Ready' in 'rkv admin ring-status'",
      );
    case 'not_claimant':
      return lines('Only the claimant commits; this node has just stopped being it. Try again.');
  }
}

export const clearText = lines('Cleared staged cluster changes');

/** How many preference lists of n partitions have fewer than n distinct nodes; none where n nodes cannot be. */
export function crowdedLists(owners: readonly NodeName[], n: number): number {
  let crowded = 0;
  for (let start = 0; start < owners.length; start++) {
    const nodes = new Set<NodeName>();
    for (let step = 0; step < n; step++) nodes.add(owners[(start + step) % owners.length]!);
    if (nodes.size < n) crowded++;
  }
  return crowded;
}

function plannedText(plan: ClusterPlan, n: number): string {
  const { joins, changes, transitions } = plan;
  if (joins.length === 0 && changes.size === 0) return lines('There are no staged changes');
  const rows = [
    ...joins.map((name) => `join           '${name}'`),
    ...Array.from(changes, ([name, action]) => changeRow(name, action)),
  ];
  const lost = Array.from(changes)
    .filter(([, { kind }]) => kind === 'force-remove' || kind === 'force-replace')
    .map(([name]) => `WARNING: All of '${name}' replicas will be lost`);
  const bar = '-'.repeat(columns);
  const count = transitions.length;
  const head = lines(
    titled('Staged Changes'),
    'Action         Details(s)',
    bar,
    ...rows,
    bar,
    '',
    ...lost,
    ...(lost.length > 0 ? [''] : []),
    `NOTE: Applying these changes will result in ${count} cluster transition${count === 1 ? '' : 's'}`,
    '',
  );
  return head + transitions.map((one, at) => transitionText(one, `${at + 1}/${count}`, n)).join('');
}

function changeRow(name: NodeName, action: StageableAction): string {
  const details = 'replacement' in action ? `'${name}' with '${action.replacement}'` : `'${name}'`;
  return `${action.kind.padEnd(14)} ${details}`;
}

function transitionText(transition: PlannedTransition, which: string, n: number): string {
  const { state, reassigned, transfers } = transition;
  const bar = '#'.repeat(columns);
  return (
    lines(bar, `${' '.repeat(24)} After cluster transition ${which}`, bar, '') +
    memberStatusText(state) +
    lines('', ...warnings(state, n)) +
    movesText('Partitions reassigned from cluster changes', 'reassigned', reassigned) +
    movesText('Transfers resulting from cluster changes', 'transfers', transfers)
  );
}

function warnings({ decision, ringSize }: ClusterState, n: number): string[] {
  const owners = futureOwners(decision);
  if (crowdedLists(owners, targetN) === 0) return [];
  const crowded = crowdedLists(owners, n);
  const count = `${crowded} of ${ringSize} preference lists have fewer than ${n} distinct nodes`;
  return ['WARNING: Not all replicas will be on distinct nodes', `         (${count})`, ''];
}

function movesText(title: string, verb: string, moves: readonly Moves[]): string {
  if (moves.length === 0) return '';
  const total = moves.reduce((sum, { partitions }) => sum + partitions, 0);
  const rows = moves.map(({ from, to, partitions }) => `  ${partitions} ${verb} from '${from}' to '${to}'`);
  return lines(`${title}: ${total}`, ...rows, '');
}
