/**
 * Serves the operator, at any node. What concerns one member is staged here and travels by gossip; plan and
 * commit are the claimant's, and are passed on to it, so that the plan that was printed last is the one that is
 * committed, whichever nodes were asked.
 *
 * Staging is answered when every member with a voice has seen it, and a plan waits until the cluster is of one
 * mind, both for a moment only: so that one command can follow another at once.
 */
import { z } from 'zod';
import {
  type ClusterState,
  clearStaged,
  clearText,
  commitPlan,
  commitText,
  downText,
  isSeenByOthers,
  joinedText,
  markDown,
  memberStatusText,
  type PlanResult,
  planChanges,
  planText,
  refusalText,
  ringReadiness,
  ringReadyText,
  ringStatusText,
  ringText,
  type StageableAction,
  stageChange,
  stagedText,
} from '../../membership/index.js';
import { isNodeName, type NodeName } from '../../ring/index.js';
import type { JoinPlace } from '../environment.js';
import type { JoinResult } from '../join-offer.js';
import { type AdminAnswer, answered, refusedAnswer } from './admin-answer.js';
import { type AdminVerbName, adminVerbs, argumentCounts } from './admin-verbs.js';
import { membersData, planData, ringData, transitionsData } from './cluster-data.js';
import type { AskResult } from './member-asks.js';
import { type RepairVerbs, repairAskSchema } from './repair-verbs.js';
import { type TransferVerbs, transferAskSchema } from './transfer-verbs.js';

export interface AdminDeskOptions {
  self: NodeName;
  /** Copies of each value, for the plan's warning. */
  n: number;
  /** So many answers may wait at once; one more is given without waiting. */
  requestsMax: number;
  /** How long an answer waits for the cluster to be of one mind. */
  patienceMs: number;
  nowMs: () => number;
  random: () => number;
  state(): ClusterState;
  apply(state: ClusterState): void;
  isUp(name: NodeName): boolean;
  join(place: JoinPlace, done: (result: JoinResult) => void): void;
  transfers: TransferVerbs;
  repairs: RepairVerbs;
  /** Asks another member what it alone can do. */
  ask(name: NodeName, text: string, done: (result: AskResult) => void): void;
}

type Done = (answer: AdminAnswer) => void;

interface Waiting {
  readonly deadlineMs: number;
  readonly done: () => void;
}

const relayedSchema = z.union([
  z.strictObject({ verb: z.enum(['plan', 'commit']) }),
  transferAskSchema,
  repairAskSchema,
]);
const relayedAnswerSchema = z.strictObject({
  isOk: z.boolean(),
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export class AdminDesk {
  readonly #options: AdminDeskOptions;
  /** Of the plan that was printed last: only that may be committed. */
  #plan: PlanResult | undefined;
  #waiting: Waiting[] = [];

  constructor(options: AdminDeskOptions) {
    this.#options = options;
  }

  /** Does what an operator asks; calls back once. */
  run(verb: AdminVerbName, words: readonly string[], done: Done): void {
    const spec = adminVerbs.find(({ name }) => name === verb)!;
    const [least, most] = argumentCounts(spec);
    if (words.length < least || words.length > most) {
      done(refusedAnswer('usage', `Usage: ${verb} ${spec.usage}`.trim()));
      return;
    }
    const { self } = this.#options;
    const [first = self, second = ''] = words;
    switch (verb) {
      case 'join':
        this.#join(first, words.slice(1), done);
        return;
      case 'leave':
      case 'force-remove':
        this.#stage(first, { kind: verb }, done);
        return;
      case 'replace':
      case 'force-replace':
        if (isNodeName(second)) this.#stage(first, { kind: verb, replacement: second }, done);
        else done(noNodeName(second));
        return;
      case 'down':
        this.#down(first, done);
        return;
      case 'plan':
      case 'commit':
        this.#atClaimant(verb, done);
        return;
      case 'clear':
        this.#options.apply(clearStaged(this.#options.state(), self));
        this.#plan = undefined;
        this.#whenReady(() => done(answered(clearText, {})));
        return;
      case 'transfers':
        this.#options.transfers.transfers(done);
        return;
      case 'transfer-limit':
        this.#options.transfers.limit(words, done);
        return;
      case 'repair':
        this.#options.repairs.repair(words, done);
        return;
      case 'verify':
        this.#options.repairs.verify(done);
        return;
      case 'resize':
        done(refusedAnswer('not_supported', resizeText(this.#options.state().ringSize)));
        return;
      default:
        done(this.#tell(verb, words));
    }
  }

  /** Another node passes on what its operator asked; calls back with the text of the answer. False for nonsense. */
  onAsk(text: string, done: (text: string) => void): boolean {
    const asked = relayedSchema.safeParse(parseJson(text));
    if (!asked.success) return false;
    const reply = (answer: AdminAnswer) => done(JSON.stringify(answer));
    if (asked.data.verb === 'transfers') reply(this.#options.transfers.own(asked.data));
    else if (asked.data.verb === 'repair' || asked.data.verb === 'verify')
      reply(this.#options.repairs.own(asked.data));
    else this.#decide(asked.data.verb, reply);
    return true;
  }

  /** The state has changed, or time has passed. */
  tick(): void {
    this.#options.repairs.tick();
    if (this.#waiting.length === 0) return;
    const { nowMs, state, self } = this.#options;
    const isReady = isSeenByOthers(state(), self);
    const over = this.#waiting.filter(({ deadlineMs }) => isReady || deadlineMs <= nowMs());
    this.#waiting = this.#waiting.filter((waiting) => !over.includes(waiting));
    for (const { done } of over) done();
  }

  #tell(verb: AdminVerbName, words: readonly string[]): AdminAnswer {
    const { state: stateOf, isUp } = this.#options;
    const state = stateOf();
    switch (verb) {
      case 'member-status':
        return answered(memberStatusText(state), { members: membersData(state) });
      case 'ring-status': {
        const { claimant } = state.decision;
        const down = membersData(state).filter(({ name, status }) => status !== 'down' && !isUp(name));
        return answered(ringStatusText(state, isUp), {
          claimant,
          claimantIsUp: isUp(claimant),
          ringReady: ringReadiness(state, isUp).kind,
          transitions: transitionsData(state),
          unreachable: down.map(({ name }) => name),
        });
      }
      case 'ring': {
        const option = (words[0] ?? 'text').toLowerCase();
        if (option !== 'legend' && option !== 'text')
          return refusedAnswer('usage', 'Usage: ring [LEGEND|TEXT]');
        return answered(ringText(state, { hasLegend: option === 'legend' }), ringData(state));
      }
      default: {
        const readiness = ringReadiness(state, isUp);
        return answered(ringReadyText(readiness), { ...readiness });
      }
    }
  }

  /** HOST:PORT [AUTH user password]: who to be where the other server asks who one is. */
  #join(place: string, [option, user, password]: readonly string[], done: Done): void {
    const match = /^(.+):([0-9]{1,5})$/.exec(place);
    const port = Number(match?.[2]);
    if (match === null || port < 1 || port > 65_535) {
      const told = `Failed: '${place}' is no HOST:PORT: write where the other server serves clients, for example 127.0.0.1:7001`;
      done(refusedAnswer('bad_address', told));
      return;
    }
    if (option !== undefined && (option.toLowerCase() !== 'auth' || password === undefined)) {
      done(refusedAnswer('usage', 'Usage: join HOST:PORT [AUTH user password]'));
      return;
    }
    const login = user === undefined || password === undefined ? undefined : { user, password };
    this.#options.join({ host: match[1]!, port, login }, (result) => {
      if (result.kind === 'refused') {
        done(refusedAnswer('join_refused', result.message));
        return;
      }
      const { self } = this.#options;
      const data = { staged: { kind: 'join', name: self, target: result.target } };
      this.#whenReady(() => done(answered(joinedText(self, result.target), data)));
    });
  }

  #stage(name: string, action: StageableAction, done: Done): void {
    const { self, state, apply } = this.#options;
    if (!isNodeName(name)) {
      done(noNodeName(name));
      return;
    }
    const result = stageChange(state(), { name, action, self });
    if (result.kind === 'refused') {
      const replacement = 'replacement' in action ? action.replacement : undefined;
      done(refusedAnswer(result.code, refusalText(result.code, name, replacement)));
      return;
    }
    apply(result.state);
    const data = { staged: { ...action, name } };
    this.#whenReady(() => done(answered(stagedText(name, action), data)));
  }

  #down(name: string, done: Done): void {
    const { self, state, apply, isUp } = this.#options;
    if (!isNodeName(name)) {
      done(noNodeName(name));
      return;
    }
    const result = markDown(state(), { name, self, isUp: isUp(name) });
    if (result.kind === 'refused') {
      done(refusedAnswer(result.code, refusalText(result.code, name)));
      return;
    }
    apply(result.state);
    this.#whenReady(() => done(answered(downText(name), { down: name })));
  }

  #atClaimant(verb: 'plan' | 'commit', done: Done): void {
    const { self, state, ask } = this.#options;
    const { claimant } = state().decision;
    if (claimant === self) {
      this.#decide(verb, done);
      return;
    }
    ask(claimant, JSON.stringify({ verb }), (result) => {
      if (result.kind === 'answered') {
        const answer = relayedAnswerSchema.safeParse(parseJson(result.text));
        done(
          answer.success ? answer.data : refusedAnswer('uncertain', `Failed: '${claimant}' answers nonsense`),
        );
      } else if (verb === 'commit' && result.isSent) {
        const told = `Failed: the claimant '${claimant}' may have committed: ${result.why}. See rkv admin ring-status.`;
        done(refusedAnswer('uncertain', told));
      } else {
        const told = `Failed: the claimant is '${claimant}', and ${result.why}. Another takes over by itself soon.`;
        done(refusedAnswer('claimant_down', told));
      }
    });
  }

  #decide(verb: 'plan' | 'commit', done: Done): void {
    if (verb === 'plan') this.#whenReady(() => done(this.#planned()));
    else done(this.#committed());
  }

  #planned(): AdminAnswer {
    const { state, n, random } = this.#options;
    const result = planChanges(state(), Math.floor(random() * 0x1_0000_0000));
    this.#plan = result;
    if (result.kind === 'planned') return answered(planText(result, n), planData(result.plan));
    return refusedAnswer(result.code, planText(result, n));
  }

  #committed(): AdminAnswer {
    const { self, state, apply } = this.#options;
    const plan = this.#plan?.kind === 'planned' ? this.#plan.plan : undefined;
    const result = commitPlan(state(), plan, self);
    if (result.kind === 'refused') return refusedAnswer(result.code, commitText(result));
    this.#plan = undefined;
    apply(result.state);
    return answered(commitText(result), { transfers: result.state.decision.transitions.length });
  }

  /** Calls back when every member with a voice has seen the state as it is here, or when patience ends. */
  #whenReady(done: () => void): void {
    const { nowMs, patienceMs, requestsMax, state, self } = this.#options;
    if (isSeenByOthers(state(), self) || this.#waiting.length >= requestsMax) done();
    else this.#waiting.push({ deadlineMs: nowMs() + patienceMs, done });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noNodeName(text: string): AdminAnswer {
  const told = `Failed: '${text}' is no node name: write name@host, for example node1@127.0.0.1`;
  return refusedAnswer('bad_node_name', told);
}

function resizeText(ringSize: number): string {
  return (
    `Failed: the ring has ${ringSize} partitions for good: this version cannot resize it. ` +
    'Start a cluster with another --ring-size, and copy the keys.'
  );
}
