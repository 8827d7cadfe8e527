/** Looks for the situations of probes.ts, and counts them. */
import type { Operation } from '../workload/operation.js';
import type { CheckedCluster, Fault } from './checked-cluster.js';
import type { ClusterSettings } from './settings.js';

const stopping = new Set(['crash', 'crash-torn', 'kill', 'wipe', 'restart', 'pause']);

export class Probing {
  readonly #checked: CheckedCluster;
  readonly #settings: ClusterSettings;
  readonly #unknownValues = new Set<string>();
  /** By node: when it last ended or was paused. */
  readonly #stoppedMs: number[] = [];
  #lastTerm = 1;

  constructor(checked: CheckedCluster, settings: ClusterSettings) {
    this.#checked = checked;
    this.#settings = settings;
  }

  /** Before the action: what it will hit. */
  actsSoon({ verb, nodes }: Fault): void {
    const { cluster, probes } = this.#checked;
    if (!stopping.has(verb)) return;
    const { decision, staged } = cluster.truth.state;
    for (const number of nodes) {
      const { node } = cluster.machines[number]!;
      const name = cluster.names[number];
      if (node === undefined) continue;
      if (decision.claimant === name && cluster.truth.members().length > 1) {
        probes.hit('claimant-stops');
        if (decision.transitions.length > 0) probes.hit('claimant-stops-while-partitions-move');
        if ([...staged.values()].some(({ action }) => action.kind !== 'none'))
          probes.hit('claimant-stops-with-staged-changes');
      }
      for (const { kind, state, from } of node.transfers()) {
        if (state === 'waiting') continue;
        const side = from === name ? 'sender' : 'receiver';
        if (state === 'following' && kind === 'ownership')
          probes.hit(`${side}-stops-between-arrival-and-commit`);
        else if (kind === 'ownership') probes.hit(`${side}-stops-in-a-handoff`);
        else if (kind === 'repair') probes.hit('stops-in-a-repair');
        else probes.hit('stops-while-hints-move');
      }
    }
  }

  acted({ verb, nodes }: Fault): void {
    const { cluster, probes } = this.#checked;
    const { machines, nowMs } = cluster;
    const down = machines.filter(({ node }) => node === undefined).length;
    if (down * 2 > machines.length) probes.hit('crash-of-a-majority');
    if (down === machines.length) probes.hit('all-down');
    for (const node of nodes) {
      const stoppedMs = this.#stoppedMs[node] ?? Number.NEGATIVE_INFINITY;
      if (verb === 'start' && nowMs - stoppedMs < this.#settings.requestTimeoutMs)
        probes.hit('restart-within-a-deadline');
      if (verb === 'resume' && nowMs - stoppedMs > this.#settings.suspectMs)
        probes.hit('paused-past-suspicion');
      if (machines[node]?.node === undefined || machines[node].isFrozen) this.#stoppedMs[node] = nowMs;
    }
    if (verb === 'commit' && down > 0) probes.hit('commit-while-a-node-is-down');
  }

  clusterChanged(node: number): void {
    const { cluster, probes } = this.#checked;
    const { decision } = cluster.truth.state;
    if (decision.term > this.#lastTerm) probes.hit('takeover');
    this.#lastTerm = decision.term;
    const own = cluster.truth.statusOf(node);
    if (own === 'exiting') probes.hit('member-left');
    if (own === 'down') probes.hit('member-hears-that-it-is-down');
  }

  logged(event: string, details: Readonly<Record<string, unknown>>): void {
    const { probes } = this.#checked;
    if (event === 'link-refused') probes.hit('link-refused');
    if (event === 'link-down' && /silent/.test(`${details.reason}`)) probes.hit('link-suspected');
    if (event === 'removed') probes.hit('member-hears-that-it-is-gone');
    if (event === 'refill-done') probes.hit('refilled');
  }

  sampled(): void {
    const { cluster, probes } = this.#checked;
    const claimants = cluster.machines.filter(
      ({ number, node }) =>
        node !== undefined &&
        cluster.truth.isIn(number) &&
        node.clusterState.decision.claimant === cluster.names[number],
    );
    if (claimants.length > 1) probes.hit('two-claimants');
    const { transitions } = cluster.truth.state.decision;
    if (transitions.length === 0) return;
    if (cluster.truth.members().some((number) => cluster.machines[number]!.node === undefined))
      probes.hit('partitions-move-while-a-member-is-down');
  }

  answered({ kind, key, value, result, reply, read }: Operation): void {
    const { probes, observation } = this.#checked;
    if (kind === 'put' && result === 'ok' && !observation.versionOfValue.has(value!))
      probes.hit('write-superseded');
    if (read !== undefined && this.#unknownValues.has(read)) probes.hit('unknown-write-read');
    if (result === 'unknown' && value !== undefined) this.#unknownValues.add(value);
    if (reply.startsWith('-UNCERTAIN')) probes.hit('answer-uncertain');
    if (reply.startsWith('-UNAVAILABLE')) probes.hit('answer-unavailable');
    if (reply.startsWith('-BUSY')) probes.hit('answer-busy');
    if (reply === 'the connection ended') probes.hit('crash-while-requests-wait');
    if (reply === 'the node has left the cluster') probes.hit('request-at-a-node-that-left');
    const isNothing = kind === 'get' && result === 'ok' && read === undefined;
    if (isNothing && observation.seen(key).highestTombstone !== undefined)
      probes.hit('delete-read-as-nothing');
  }

  ended(keys: readonly string[], n: number): void {
    const { cluster, probes } = this.#checked;
    const named = [
      ['skewed_puts', 'skewed-version-refused'],
      ['late_replies', 'late-reply'],
    ] as const;
    for (const { node } of cluster.machines)
      for (const [name, value] of node?.counters() ?? [])
        for (const [counter, probe] of named) if (name === counter) probes.hit(probe, Number(value));
    if (keys.some((key) => new Set(cluster.survey.primaries(key, n).map(({ version }) => version)).size > 1))
      probes.hit('stale-replica');
    for (const { verb, answer } of cluster.operatorAsks.splice(0)) {
      if (answer?.ok === true && verb === 'commit') probes.hit('commit-done');
      if (answer?.code === 'plan_changed') probes.hit('commit-refused-since-the-plan-changed');
      if (answer?.code === 'nothing_planned') probes.hit('commit-without-a-plan');
      if (answer?.code === 'ring_not_ready') probes.hit('operator-refused-since-the-ring-is-not-ready');
      if (answer?.code === 'uncertain') probes.hit('commit-uncertain');
    }
  }
}
