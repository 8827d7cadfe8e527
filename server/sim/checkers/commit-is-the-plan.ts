/** I25: a commit does exactly what the plan said that was printed last, or changes nothing. */
import { type Decision, futureOwners } from '../../membership/index.js';
import type { OperatorAsk } from '../workload/operator-ask.js';
import type { CheckerSpec } from './checker.js';

/** A plan that is printed later than this after it was asked for finds nobody to read it. */
const planMs = 20_000;

interface Moves {
  from: string;
  to: string;
  partitions: number;
}

/** What a commit has changed: moves as texts, in order. */
interface Committed {
  readonly atMs: number;
  readonly epoch: string;
  readonly reassigned: string;
  readonly transfers: string;
}

export const commitIsThePlan: CheckerSpec = {
  id: 'I25',
  demand: 'A commit installs what the last printed plan said, or nothing.',
  notPromised: () => undefined,
  create: ({ cluster, report }) => {
    const last: (Decision | undefined)[] = [];
    const commits: Committed[] = [];
    let judged = 0;
    const noteCommit = (node: number) => {
      const { decision, clusterId } = cluster.truth.stateOf(node);
      const before = last[node];
      last[node] = decision;
      if (
        clusterId !== cluster.truth.state.clusterId ||
        before === undefined ||
        before.seed === decision.seed
      )
        return;
      // Only a commit changes the seed, and only the claimant commits; others hear of it.
      if (decision.claimant !== cluster.names[node] || before.claimant !== decision.claimant) return;
      if (decision.term !== before.term || decision.epoch !== before.epoch + 1) return;
      commits.push({
        atMs: cluster.nowMs,
        epoch: `${decision.term}.${decision.epoch}`,
        reassigned: tally(before.owners, decision.owners),
        transfers: tally(decision.owners, futureOwners(decision)),
      });
    };
    const judge = (commit: Committed): string | undefined => {
      const asks = cluster.operatorAsks.filter(({ callMs }) => callMs <= commit.atMs);
      const plans = asks.filter(({ verb, answer }) => verb === 'plan' && answer?.ok !== false);
      // One may have been printed, and lost on its way to the operator.
      if (plans.some(({ answer, callMs }) => answer === undefined && callMs > commit.atMs - planMs))
        return undefined;
      const said = plans.map(planned);
      if (
        said.some(
          ({ reassigned, transfers }) => reassigned === commit.reassigned && transfers === commit.transfers,
        )
      )
        return undefined;
      return (
        `decision ${commit.epoch} gives [${commit.reassigned}] at once and hands [${commit.transfers}] over, ` +
        `and no plan that was printed says so; the last said [${said.at(-1)?.reassigned}] and [${said.at(-1)?.transfers}]`
      );
    };
    return {
      clusterChanged: noteCommit,
      ended: () => {
        for (; judged < commits.length; judged++) {
          const mistake = judge(commits[judged]!);
          if (mistake !== undefined) report(mistake);
        }
        const done = cluster.operatorAsks.filter(
          ({ verb, answer }) => verb === 'commit' && answer?.ok === true,
        );
        for (const { callMs, returnMs, node } of done)
          if (!commits.some(({ atMs }) => atMs >= callMs && atMs <= returnMs))
            report(
              `the commit at node${node + 1} at ${callMs.toFixed(0)} ms was said to be done, and no decision is of it`,
            );
      },
    };
  },
};

function planned({ answer }: OperatorAsk): { reassigned: string; transfers: string } {
  const [first] = (answer?.data.transitions ?? []) as { reassigned: Moves[]; transfers: Moves[] }[];
  return { reassigned: movesText(first?.reassigned ?? []), transfers: movesText(first?.transfers ?? []) };
}

function tally(before: readonly string[], after: readonly string[]): string {
  const counts = new Map<string, Moves>();
  before.forEach((from, position) => {
    const to = after[position]!;
    if (from === to) return;
    const moves = counts.get(`${from} ${to}`) ?? { from, to, partitions: 0 };
    moves.partitions++;
    counts.set(`${from} ${to}`, moves);
  });
  return movesText([...counts.values()]);
}

function movesText(moves: readonly Moves[]): string {
  return moves
    .map(({ from, to, partitions }) => `${partitions} ${from} > ${to}`)
    .sort()
    .join(', ');
}
