/**
 * `transfers` and `transfer-limit`: asks every member what it hands over and how much it may at once, and tells
 * it together; who cannot be reached is named, and never waited for longer than any answer.
 */
import { z } from 'zod';
import { type HandoffLimits, type TransferStatus, transferReport } from '../../handoff/index.js';
import { type ClusterState, membersWith } from '../../membership/index.js';
import { isNodeName, type NodeName } from '../../ring/index.js';
import { type AdminAnswer, answered, refusedAnswer } from './admin-answer.js';
import type { AskResult } from './member-asks.js';
import { type NodeTransfers, transferLimitText, transfersText } from './transfers-text.js';

export interface TransferVerbsOptions {
  self: NodeName;
  state(): ClusterState;
  transfers(): TransferStatus[];
  limits(): HandoffLimits;
  setLimits(limits: Partial<HandoffLimits>): void;
  ask(name: NodeName, text: string, done: (result: AskResult) => void): void;
}

/** More transfers at once than partitions of the largest ring make no sense. */
const limitMax = 1024;

export const transferAskSchema = z.strictObject({
  verb: z.literal('transfers'),
  /** The new limit of the member asked, if it is to have one. */
  limit: z.int().min(0).max(limitMax).optional(),
});
export type TransferAsk = z.infer<typeof transferAskSchema>;

const number = z.number();
const reportSchema = z.object({
  limit: number,
  transfers: z.array(
    z.object({
      kind: z.string(),
      partition: z.string(),
      from: z.string(),
      to: z.string(),
      state: z.enum(['waiting', 'sending', 'receiving', 'following']),
      records: number,
      recordsExpected: number,
      bytes: number,
      bytesPerSecond: number,
      remainingMs: number.nullable(),
    }),
  ),
});

export class TransferVerbs {
  readonly #options: TransferVerbsOptions;

  constructor(options: TransferVerbsOptions) {
    this.#options = options;
  }

  /** What this node alone has to tell, after taking the limit if one is given. */
  own({ limit }: TransferAsk): AdminAnswer {
    const { setLimits, limits, transfers, state } = this.#options;
    if (limit !== undefined) setLimits({ outgoingMax: limit, incomingMax: limit });
    const data = {
      limit: limits().outgoingMax,
      transfers: transfers().map((one) => transferReport(one, state().ringSize)),
    };
    return answered('', data);
  }

  transfers(done: (answer: AdminAnswer) => void): void {
    this.#askAll(this.#everybody(), { verb: 'transfers' }, (nodes) =>
      done(answered(transfersText(nodes), { nodes })),
    );
  }

  /** `transfer-limit`, `transfer-limit LIMIT` for all members, or `transfer-limit NODE LIMIT`. */
  limit(words: readonly string[], done: (answer: AdminAnswer) => void): void {
    const [name, text] = words.length === 2 ? words : [undefined, words[0]];
    const limit = text === undefined ? undefined : Number(text);
    if (limit !== undefined && (!/^[0-9]{1,4}$/.test(text!) || limit > limitMax)) {
      done(refusedAnswer('bad_limit', `Failed: '${text}' is no limit: write a number from 0 to ${limitMax}`));
      return;
    }
    const everybody = this.#everybody();
    if (name !== undefined && !(isNodeName(name) && everybody.includes(name))) {
      done(refusedAnswer('not_member', `Failed: '${name}' is not a member of the cluster.`));
      return;
    }
    const whose = name === undefined ? everybody : [name as NodeName];
    const ask: TransferAsk = limit === undefined ? { verb: 'transfers' } : { verb: 'transfers', limit };
    this.#askAll(whose, ask, (nodes) => {
      const limits = nodes.map(({ node, limit: own }) => ({ node, limit: own }));
      done(answered(transferLimitText(nodes), { limits }));
    });
  }

  #everybody(): NodeName[] {
    const { state, self } = this.#options;
    const all = membersWith(state(), 'joining', 'valid', 'leaving', 'exiting', 'down');
    return all.includes(self) ? all : [self];
  }

  /** Calls back when all have answered or will not, with the members in their order. */
  #askAll(names: readonly NodeName[], ask: TransferAsk, done: (nodes: NodeTransfers[]) => void): void {
    const told = new Map<NodeName, NodeTransfers>();
    const note = (node: NodeName, data: unknown) => {
      const report = reportSchema.safeParse(data);
      told.set(node, report.success ? { node, ...report.data } : { node, limit: undefined, transfers: [] });
      if (told.size === names.length) done(names.map((name) => told.get(name)!));
    };
    for (const name of names) {
      if (name === this.#options.self) {
        note(name, this.own(ask).data);
        continue;
      }
      this.#options.ask(name, JSON.stringify(ask), (result) => note(name, dataOf(result)));
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
