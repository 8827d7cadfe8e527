/**
 * A state as JSON text, for the ring file and for gossip, and the digests of its parts. Texts are canonical:
 * equal states give equal texts, so digests compare states. Reading checks everything, since a text may come
 * from a damaged disk or a node of another version.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { checkedClusterId, checkedRingSize, hashVersion, type NodeName, nodeName } from '../ring/index.js';
import { compareTexts } from './cluster-merge.js';
import type { ClusterState } from './cluster-state.js';
import { MembershipError } from './membership-error.js';

/** The version of this text format. */
const format = 1;

const counter = z.int().min(0);
const name = z.string().transform((text) => nodeName(text));
const entries = <T extends z.ZodType>(entry: T) =>
  z
    .array(z.tuple([name, entry]))
    .transform((list): ReadonlyMap<NodeName, z.output<T>> => new Map(list as [NodeName, z.output<T>][]));
const position = z.int().min(0);

/** The parts that gossip sends one by one. */
const partSchemas = {
  members: entries(
    z.strictObject({
      status: z.enum(['joining', 'valid', 'leaving', 'exiting', 'down', 'invalid']),
      counter,
      writer: name,
      address: z.string().max(300),
      isRejoin: z.boolean(),
    }),
  ),
  decision: z
    .strictObject({
      term: counter.max(2 ** 20 - 1),
      epoch: counter.max(2 ** 32 - 1),
      claimant: name,
      names: z.array(name),
      owners: z.array(counter),
      transitions: z.array(z.tuple([position, counter, counter, counter])),
      seed: counter,
    })
    .transform(({ names, owners, transitions, ...rest }, context) => {
      const nameOf = (number: number): NodeName => {
        const found = names[number];
        if (found === undefined) context.addIssue(`no member ${number}`);
        return found ?? ('' as NodeName);
      };
      return {
        ...rest,
        owners: owners.map(nameOf),
        transitions: transitions.map(([at, owner, next, since]) => ({
          position: at,
          owner: nameOf(owner),
          nextOwner: nameOf(next),
          since,
        })),
      };
    }),
  completions: z.array(counter),
  staged: entries(
    z.strictObject({
      action: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('cancel-join') }),
        z.strictObject({ kind: z.literal('leave') }),
        z.strictObject({ kind: z.literal('force-remove') }),
        z.strictObject({ kind: z.literal('replace'), replacement: name }),
        z.strictObject({ kind: z.literal('force-replace'), replacement: name }),
      ]),
      counter,
      writer: name,
    }),
  ),
  seen: entries(z.strictObject({ counter, digest: z.string().max(64) })),
  votes: entries(z.strictObject({ term: counter, candidate: name })),
};

export type PartName = keyof typeof partSchemas;

export const partNames = Object.keys(partSchemas) as readonly PartName[];

const headSchema = {
  format: z.literal(format),
  clusterId: z.string().transform(checkedClusterId),
  hashVersion: z.literal(hashVersion),
  ringSize: z.int().transform(checkedRingSize),
};
const stateSchema = z.strictObject({ ...headSchema, ...partSchemas });
const deltaSchema = z.strictObject({ ...headSchema, ...z.object(partSchemas).partial().shape });

/** Some parts of a state, and what tells whether they may be merged. */
export type ClusterDelta = Pick<ClusterState, 'clusterId' | 'hashVersion' | 'ringSize'> &
  Partial<Pick<ClusterState, PartName>>;

/** The canonical JSON text of a state. */
export function encodeState(state: ClusterState): string {
  return encodeDelta(state);
}

/** The canonical JSON text of the parts that are there. */
export function encodeDelta(delta: ClusterDelta): string {
  const { clusterId, hashVersion, ringSize } = delta;
  const parts = partNames
    .filter((part) => delta[part] !== undefined)
    .map((part) => `"${part}":${partText(delta as ClusterState, part)}`);
  const head = JSON.stringify({ format, clusterId, hashVersion, ringSize }).slice(0, -1);
  return `${[head, ...parts].join(',')}}`;
}

/** Reads what encodeState wrote; throws a MembershipError that names the first thing that is wrong. */
export function decodeState(text: string): ClusterState {
  const { format: _, ...state } = parsed(stateSchema, text);
  return checkedLengths(state);
}

/** Reads what encodeDelta wrote; throws a MembershipError that names the first thing that is wrong. */
export function decodeDelta(text: string): ClusterDelta {
  const { format: _, ...delta } = parsed(deltaSchema, text);
  return checkedLengths(delta as ClusterDelta);
}

/** A digest of one part, 16 hex digits: equal parts have equal ones. */
export function partDigest(state: ClusterState, part: PartName): string {
  let digests = digestsByState.get(state);
  if (digests === undefined) {
    digests = new Map();
    digestsByState.set(state, digests);
  }
  let digest = digests.get(part);
  if (digest === undefined) {
    digest = hash('sha256', partText(state, part), 'hex').slice(0, 16);
    digests.set(part, digest);
  }
  return digest;
}

/** A digest of all that a plan is made from: members, the decision, what is staged. */
export function coreDigest(state: ClusterState): string {
  return ['members', 'decision', 'staged'].map((part) => partDigest(state, part as PartName)).join('');
}

/** States are values, so a digest is made once for each. */
const digestsByState = new WeakMap<ClusterState, Map<PartName, string>>();

function partText(state: ClusterState, part: PartName): string {
  if (part === 'decision') return decisionText(state);
  if (part === 'completions') return JSON.stringify(state.completions);
  // Every writer builds an entry's fields in its own order: sort them.
  const list = [...state[part]].sort(([a], [b]) => compareTexts(a, b));
  return JSON.stringify(list.map(([of, entry]) => [of, sorted(entry)]));
}

function sorted(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareTexts(a, b))
      .map(([key, field]) => [key, typeof field === 'object' && field !== null ? sorted(field) : field]),
  );
}

/** Owners as numbers into a list of names: a ring of 1024 takes kilobytes, not tens of them. */
function decisionText({ decision }: ClusterState): string {
  const { term, epoch, claimant, owners, transitions, seed } = decision;
  const all = [...owners, ...transitions.flatMap(({ owner, nextOwner }) => [owner, nextOwner])];
  const names = [...new Set(all)].sort();
  const numbers = new Map(names.map((of, number) => [of, number]));
  return JSON.stringify({
    term,
    epoch,
    claimant,
    names,
    owners: owners.map((owner) => numbers.get(owner)),
    transitions: transitions.map(({ position: at, owner, nextOwner, since }) => [
      at,
      numbers.get(owner),
      numbers.get(nextOwner),
      since,
    ]),
    seed,
  });
}

function parsed<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    const result = schema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new MembershipError('bad-state-text', `it is wrong${where}: ${issue?.message}`);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new MembershipError('bad-state-text', `The text is no state of a cluster: ${why}.`, { cause });
  }
}

function checkedLengths<T extends ClusterDelta>(delta: T): T {
  const { ringSize, decision, completions } = delta;
  const isWrong =
    (decision !== undefined && decision.owners.length !== ringSize) ||
    (completions !== undefined && completions.length !== ringSize) ||
    decision?.transitions.some(({ position: at }) => at >= ringSize);
  if (isWrong) {
    throw new MembershipError(
      'bad-state-text',
      `The text is no state of a cluster: its lists are not for a ring of ${ringSize}.`,
    );
  }
  return delta;
}
