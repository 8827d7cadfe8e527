// From `faults` in a configuration to the plan of them: each of them for itself, and whether they can follow each other
// on this cluster. Says everything that is wrong at once, each with its place.
import { type FaultKind, faultKinds, nodeText, type PlannedFault } from '../faults/index.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { formatDurationMs } from './duration.js';
import { FaultedCluster } from './faulted-cluster.js';
import { nearestName } from './nearest-name.js';
import type { BenchConfig } from './schema.js';

type GivenFault = NonNullable<BenchConfig['faults']>[number];

const timeoutMsDefault = 30_000;
/** What each kind takes beside `at` and `label`; a key in brackets may be left out. */
const takes: Readonly<Record<FaultKind, readonly string[]>> = {
  kill: ['target', '[duration]'],
  pause: ['target', 'duration'],
  restart: ['target'],
  join: [],
  leave: ['target'],
  partition: ['target', 'duration'],
  command: ['command', '[duration]', '[undo]', '[timeout]'],
};
const optionalKeys = ['target', 'duration', 'command', 'undo', 'timeout'] as const;

export interface FaultSurroundings {
  /** The bundled cluster, or why there is none. */
  cluster: { nodes: number; hasDataDir: boolean } | string;
  /** Of the whole run; Infinity if only operations end it. */
  plannedMs: number;
}

/** The faults in the order of their times. Adds what is wrong to `problems`. */
export function planFaults(
  given: readonly GivenFault[],
  surroundings: FaultSurroundings,
  problems: ConfigurationProblem[],
): PlannedFault[] {
  const planned = given.flatMap((one, index) => {
    const at = `faults.${index}`;
    const kind = kindOf(one, at, problems);
    if (kind === undefined) return [];
    const before = problems.length;
    checkKeys(one, kind, at, problems);
    checkTimes(one, at, surroundings.plannedMs, problems);
    checkPlace(kind, at, surroundings.cluster, problems);
    const nodes = nodesOf(one.target, `${at}.target`, problems);
    return problems.length > before ? [] : [{ index, fault: plannedFault(one, kind, nodes) }];
  });
  planned.sort((a, b) => a.fault.atMs - b.fault.atMs || a.index - b.index);
  const { cluster } = surroundings;
  if (typeof cluster !== 'string') {
    const state = new FaultedCluster(cluster);
    for (const { fault, index } of planned) {
      const problem = state.take(fault, `faults.${index}`);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return planned.map(({ fault }) => fault);
}

function kindOf(one: GivenFault, at: string, problems: ConfigurationProblem[]): FaultKind | undefined {
  if (one.kind !== undefined) return one.kind;
  if (one.command !== undefined) return 'command';
  const expected = `one of ${faultKinds.join(', ')}`;
  const message = `says nothing of what is to be done: expected ${expected}, or a command`;
  problems.push({ path: `${at}.kind`, message, found: 'nothing', expected });
  return undefined;
}

function checkKeys(one: GivenFault, kind: FaultKind, at: string, problems: ConfigurationProblem[]): void {
  for (const key of optionalKeys) {
    const isNeeded = takes[kind].includes(key);
    if (one[key] === undefined && isNeeded) {
      const example = {
        target: 'node2',
        duration: '2s',
        command: '["redis-cli", "shutdown"]',
        undo: '',
        timeout: '',
      }[key];
      const message = `a ${kind} needs a ${key}; for example ${example}`;
      problems.push({ path: `${at}.${key}`, message, found: 'nothing', expected: `for example ${example}` });
    } else if (one[key] !== undefined && !isNeeded && !takes[kind].includes(`[${key}]`)) {
      const expected = takes[kind].length === 0 ? 'nothing but at and label' : takes[kind].join(', ');
      const message = `a ${kind} takes no ${key}; it takes ${expected}`;
      problems.push({ path: `${at}.${key}`, message, found: JSON.stringify(one[key]), expected });
    }
  }
}

function checkTimes(
  { at: atMs, duration = 0 }: GivenFault,
  at: string,
  plannedMs: number,
  problems: ConfigurationProblem[],
): void {
  const expected = `before the end of the run at ${formatDurationMs(plannedMs)}`;
  if (atMs >= plannedMs) {
    const message = `begins at ${formatDurationMs(atMs)}, when the run is over; it must begin ${expected}`;
    problems.push({ path: `${at}.at`, message, found: formatDurationMs(atMs), expected });
  } else if (atMs + duration > plannedMs) {
    const message = `ends at ${formatDurationMs(atMs + duration)}, after the end of the run at ${formatDurationMs(plannedMs)}; use a shorter duration or a longer run`;
    problems.push({ path: `${at}.duration`, message, found: formatDurationMs(duration), expected });
  }
}

function checkPlace(
  kind: FaultKind,
  at: string,
  cluster: FaultSurroundings['cluster'],
  problems: ConfigurationProblem[],
): void {
  if (kind === 'command') return;
  if (typeof cluster === 'string') {
    const message = `a ${kind} is done to the cluster that rkv starts itself, but ${cluster}; a command can be run on any store`;
    problems.push({ path: `${at}.kind`, message, found: kind, expected: 'command' });
  }
}

/** Numbers from 0 of `2`, `node2`, `node2@127.0.0.1`, or several of these with commas between them. */
function nodesOf(target: GivenFault['target'], path: string, problems: ConfigurationProblem[]): number[] {
  if (target === undefined) return [];
  const texts = [target].flat().flatMap((one) => String(one).split(','));
  const nodes = texts.flatMap((text) => {
    const number = /^\s*(?:node)?([1-9]\d{0,2})(?:@\S+)?\s*$/i.exec(text)?.[1];
    if (number !== undefined) return [Number(number) - 1];
    const nearest = nearestName(text, ['node1', 'node2', 'node3']);
    const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    const message = `"${text}" is no node${hint} Nodes are called node1, node2 and so on`;
    problems.push({
      path,
      message,
      found: text,
      expected: 'a node, for example node2',
      ...(nearest === undefined ? {} : { nearest }),
    });
    return [];
  });
  return [...new Set(nodes)].sort((a, b) => a - b);
}

function plannedFault(one: GivenFault, kind: FaultKind, nodes: number[]): PlannedFault {
  const { at: atMs, duration, command = [], undo = null, timeout = timeoutMsDefault } = one;
  const span = duration === undefined ? '' : ` ${formatDurationMs(duration)}`;
  const what =
    kind === 'command' ? command.join(' ') : [kind, nodes.map(nodeText).join(',')].join(' ').trim();
  const base = { atMs, label: one.label ?? `${what}${span}` };
  const durationMs = duration ?? null;
  switch (kind) {
    case 'command':
      return { ...base, kind, nodes: [], durationMs, command, undo, timeoutMs: timeout };
    case 'join':
      return { ...base, kind, nodes: [], durationMs: null };
    case 'restart':
    case 'leave':
      return { ...base, kind, nodes, durationMs: null };
    case 'pause':
    case 'partition':
      return { ...base, kind, nodes, durationMs: duration! };
    case 'kill':
      return { ...base, kind, nodes, durationMs };
  }
}
