// The cluster as the faults of a plan leave it, one after the other: who is there, who is down or busy until when. Says
// of a fault why it cannot be where it stands.
import { nodeText, type PlannedFault } from '../faults/index.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { formatDurationMs } from './duration.js';

const nodesMax = 64;

/** `down`: killed and not to be started again; `gone`: has left for good. Until a moment it may be busy with a fault. */
interface NodeState {
  state: 'up' | 'down' | 'gone';
  busyUntilMs: number;
  with: string;
}

export class FaultedCluster {
  readonly #nodes: NodeState[];
  readonly #started: number;
  readonly #hasDataDir: boolean;

  constructor({ nodes, hasDataDir }: { nodes: number; hasDataDir: boolean }) {
    this.#started = nodes;
    this.#hasDataDir = hasDataDir;
    this.#nodes = Array.from({ length: nodes }, () => ({ state: 'up', busyUntilMs: 0, with: '' }));
  }

  /** Takes in a fault that stands at `path`; what is wrong with it, if anything is. Faults come in the order of their times. */
  take(fault: PlannedFault, path: string): ConfigurationProblem | undefined {
    if (fault.kind === 'join') {
      if (this.#nodes.length >= nodesMax)
        return problem(`${path}.kind`, `there would be more than ${nodesMax} nodes`, 'join', 'fewer joins');
      this.#nodes.push({ state: 'up', busyUntilMs: fault.atMs, with: path });
      return undefined;
    }
    for (const node of fault.nodes) {
      const wrong = this.#wrongWith(node, fault, path);
      if (wrong !== undefined) return wrong;
    }
    for (const node of fault.nodes) this.#apply(this.#nodes[node]!, fault, path);
    const left = this.#nodes.filter(({ state }) => state === 'up').length;
    if (fault.kind === 'leave' && left === 0)
      return problem(`${path}.target`, 'nobody would be left', fault.label, 'a cluster of one at least');
    if (fault.kind === 'partition' && fault.nodes.length >= left)
      return problem(
        `${path}.target`,
        'these are all nodes, and there is nobody left to part them from',
        fault.label,
        `at most ${left - 1} of ${left} nodes`,
      );
    return undefined;
  }

  #wrongWith(node: number, fault: PlannedFault, path: string): ConfigurationProblem | undefined {
    const name = nodeText(node);
    const known = this.#nodes[node];
    const there = `there are ${nodeText(0)} to ${nodeText(this.#nodes.length - 1)}`;
    if (known === undefined)
      return {
        ...problem(`${path}.target`, `there is no ${name} at that time; ${there}`, name, there),
        nearest: nodeText(this.#nodes.length - 1),
      };
    if (known.state === 'gone')
      return problem(`${path}.target`, `${name} has left by then (${known.with})`, name, 'a member');
    if (known.state === 'down' && fault.kind !== 'restart')
      return problem(
        `${path}.target`,
        `${name} has been killed by then (${known.with}) and is not started again; give that kill a duration, or restart it`,
        name,
        'a server that runs',
      );
    if (known.busyUntilMs > fault.atMs)
      return problem(
        `${path}.at`,
        `${name} is busy with ${known.with} until ${formatDurationMs(known.busyUntilMs)}`,
        formatDurationMs(fault.atMs),
        `${formatDurationMs(known.busyUntilMs)} or later`,
      );
    const comesBack = fault.kind === 'restart' || (fault.kind === 'kill' && fault.durationMs !== null);
    if (comesBack && node >= this.#started && !this.#hasDataDir)
      return problem(
        `${path}.target`,
        `${name} has joined and keeps its data in memory: started again it would not know its cluster; give the cluster a dataDir`,
        name,
        `${nodeText(0)} to ${nodeText(this.#started - 1)}`,
      );
    return undefined;
  }

  #apply(node: NodeState, { kind, atMs, durationMs }: PlannedFault, path: string): void {
    node.busyUntilMs = atMs + (durationMs ?? 0);
    node.with = path;
    if (kind === 'leave') node.state = 'gone';
    else if (kind === 'kill' && durationMs === null) node.state = 'down';
    else node.state = 'up';
  }
}

function problem(path: string, message: string, found: string, expected: string): ConfigurationProblem {
  return { path, message, found, expected };
}
