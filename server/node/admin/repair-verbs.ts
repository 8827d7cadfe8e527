/**
 * `repair` and `verify`: asks members to make their partitions whole from what all others hold, and to compare
 * them with their replicas. Both go on by themselves; `verify` is answered with the result if that comes in time,
 * and else with how far it is.
 */
import { z } from 'zod';
import type { SweepReport } from '../../handoff/index.js';
import { type ClusterState, membersWith } from '../../membership/index.js';
import { type NodeName, partitionName, positionOfPartition, RingError } from '../../ring/index.js';
import { type AdminAnswer, answered, refusedAnswer } from './admin-answer.js';
import type { AskResult } from './member-asks.js';

export interface RepairVerbsOptions {
  self: NodeName;
  /** How long `verify` waits for the result. */
  patienceMs: number;
  nowMs: () => number;
  state(): ClusterState;
  repair(positions: readonly number[]): void;
  /** Begins to compare if nothing is compared, and tells how far that is. */
  verify(): SweepReport;
  sweepReport(): SweepReport;
  ask(name: NodeName, text: string, done: (result: AskResult) => void): void;
}

const pollMs = 100;

export const repairAskSchema = z.union([
  z.strictObject({ verb: z.literal('repair'), position: z.int().min(0).max(0xffff).optional() }),
  z.strictObject({ verb: z.literal('verify'), begins: z.boolean() }),
]);
export type RepairAsk = z.infer<typeof repairAskSchema>;

const positions = z.array(z.number());
const sweepSchema = z.object({
  compared: z.number(),
  partitions: z.number(),
  records: z.number(),
  differing: positions,
  unanswered: positions,
  unreadable: z.number(),
  isRunning: z.boolean(),
});

interface Verifying {
  readonly pollAtMs: number;
  readonly deadlineMs: number;
  readonly done: (answer: AdminAnswer) => void;
}

interface NodeSweep {
  readonly node: NodeName;
  readonly report: SweepReport | undefined;
}

export class RepairVerbs {
  readonly #options: RepairVerbsOptions;
  #verifying: Verifying[] = [];

  constructor(options: RepairVerbsOptions) {
    this.#options = options;
  }

  /** What this node does and tells when it is asked. */
  own(ask: RepairAsk): AdminAnswer {
    const { state, self, repair, verify, sweepReport } = this.#options;
    if (ask.verb === 'verify') return answered('', { report: ask.begins ? verify() : sweepReport() });
    const { owners } = state().decision;
    const own = [...owners.keys()].filter((position) => owners[position] === self);
    const asked = ask.position === undefined ? own : own.filter((position) => position === ask.position);
    repair(asked);
    return answered('', { partitions: asked.length });
  }

  /** `repair` for all partitions of all members, or `repair PARTITION`. */
  repair(words: readonly string[], done: (answer: AdminAnswer) => void): void {
    const { decision, ringSize } = this.#options.state();
    const [text] = words;
    const position = text === undefined ? undefined : positionOf(text, ringSize);
    if (typeof position === 'string') {
      done(refusedAnswer('bad_partition', `Failed: ${position}`));
      return;
    }
    const names = position === undefined ? this.#everybody() : [decision.owners[position]!];
    const ask: RepairAsk = { verb: 'repair', ...(position === undefined ? {} : { position }) };
    this.#askAll(names, ask, (answers) => {
      const silent = names.filter((name) => answers.get(name) === undefined);
      const what = position === undefined ? 'All partitions are' : `Partition ${text} is`;
      const told = `${what} being repaired; see 'rkv admin transfers'`;
      if (silent.length === names.length)
        done(refusedAnswer('unreachable', `Failed: '${silent.join("', '")}' cannot be reached`));
      else
        done(answered(silent.length === 0 ? told : `${told}\nNot reached: ${silent.join(', ')}`, { silent }));
    });
  }

  verify(done: (answer: AdminAnswer) => void): void {
    const { nowMs, patienceMs } = this.#options;
    this.#askAll(this.#everybody(), { verb: 'verify', begins: true }, () =>
      this.#verifying.push({ pollAtMs: nowMs() + pollMs, deadlineMs: nowMs() + patienceMs, done }),
    );
  }

  tick(): void {
    const { nowMs } = this.#options;
    const due = this.#verifying.filter(({ pollAtMs }) => pollAtMs <= nowMs());
    if (due.length === 0) return;
    this.#verifying = this.#verifying.filter((waiting) => !due.includes(waiting));
    for (const waiting of due) this.#poll(waiting);
  }

  #poll(waiting: Verifying): void {
    const { nowMs, state } = this.#options;
    const names = this.#everybody();
    this.#askAll(names, { verb: 'verify', begins: false }, (answers) => {
      const nodes = names.map((node): NodeSweep => {
        const report = sweepSchema.safeParse((answers.get(node) as { report?: unknown } | undefined)?.report);
        return { node, report: report.data };
      });
      if (nodes.some(({ report }) => report?.isRunning === true) && nowMs() < waiting.deadlineMs)
        this.#verifying.push({ ...waiting, pollAtMs: nowMs() + pollMs });
      else waiting.done(answered(verifyText(nodes, state().ringSize), { nodes }));
    });
  }

  #everybody(): NodeName[] {
    const { state, self } = this.#options;
    const all = membersWith(state(), 'valid', 'leaving', 'exiting');
    return all.includes(self) ? all : [self];
  }

  /** Calls back with what each has answered; undefined for who has not. */
  #askAll(
    names: readonly NodeName[],
    ask: RepairAsk,
    done: (answers: ReadonlyMap<NodeName, unknown>) => void,
  ): void {
    const answers = new Map<NodeName, unknown>();
    const note = (name: NodeName, data: unknown) => {
      answers.set(name, data);
      if (answers.size === names.length) done(answers);
    };
    for (const name of names) {
      if (name === this.#options.self) note(name, this.own(ask).data);
      else this.#options.ask(name, JSON.stringify(ask), (result) => note(name, dataOf(result)));
    }
  }
}

function dataOf(result: AskResult): unknown {
  if (result.kind === 'failed') return undefined;
  try {
    return (JSON.parse(result.text) as { data?: unknown } | null)?.data;
  } catch {
    return undefined;
  }
}

/** The position of a partition's index, or what is wrong with the text. */
function positionOf(text: string, ringSize: number): number | string {
  if (!/^[0-9]{1,50}$/.test(text)) return `'${text}' is no partition: write its index, a number below 2^160`;
  try {
    return positionOfPartition(BigInt(text), ringSize);
  } catch (error) {
    if (error instanceof RingError) return error.message;
    throw error;
  }
}

function verifyText(nodes: readonly NodeSweep[], ringSize: number): string {
  const lines = nodes.map(({ node, report }) => {
    if (report === undefined) return `'${node}' did not answer`;
    const { compared, partitions, records, unreadable, isRunning } = report;
    const state = isRunning ? 'so far' : 'done';
    return `'${node}' compared ${compared} of ${partitions} partitions (${state}), ${records} records, ${unreadable} damaged`;
  });
  const named = (which: 'differing' | 'unanswered', told: string) =>
    nodes.flatMap(({ report }) =>
      (report?.[which] ?? []).map((position) => `${partitionName(position, ringSize)} ${told}`),
    );
  const wrong = [
    ...named('differing', 'differs between its replicas, and is being healed'),
    ...named('unanswered', 'could not be compared with all of its replicas'),
  ];
  const isRunning = nodes.some(({ report }) => report?.isRunning === true);
  const end = isRunning ? ['It goes on; ask again.'] : wrong.length === 0 ? ['All replicas are equal'] : [];
  return [...lines, ...wrong, ...end].join('\n');
}
