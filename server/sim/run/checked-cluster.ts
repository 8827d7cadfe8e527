/**
 * A cluster under observation: what befalls it is noted, what it does is shown to the checkers, and what they
 * find is collected. It ends (`isBroken`) at the first broken promise.
 */

import { type ClusterState, ringEpoch } from '../../membership/index.js';
import { repairLimitsDefault, requestLimitsDefault } from '../../request/index.js';
import type { NodeName } from '../../ring/index.js';
import { requestsWaiting } from '../checkers/bounded-queues.js';
import {
  type CheckContext,
  type Checker,
  type Circumstances,
  checkers as checkerSpecs,
} from '../checkers/index.js';
import { type Action, applyAction, type TimedAction } from '../faults/action.js';
import { operatorVerbs } from '../faults/operator-verbs.js';
import { Observation, type StoredRecord } from '../observation.js';
import { RandomStream } from '../random-stream.js';
import { SimulatedCluster } from '../simulated-cluster.js';
import { eventTag } from '../simulated-machine.js';
import type { Operation } from '../workload/operation.js';
import { readFinally } from './final-reads.js';
import { ProbeCounts } from './probes.js';
import { Probing } from './probing.js';
import type { Violation } from './run-result.js';
import type { ClusterSettings } from './settings.js';

/** How often the checkers that look at the state do so. */
const sampleMs = 100;
const violationsMax = 200;
/** So short that tombstones are reaped in the midst of a run. */
const tombstoneGraceMs = 1000;

/** An action with the kind of fault that it is part of. */
export type Fault = TimedAction & { readonly fault?: string };

export interface CheckedClusterOptions {
  readonly settings: ClusterSettings;
  /** Told of each event of a node's log, and of what checkers find. */
  readonly onLine?: (line: LogLine) => void;
  /** A node has stored a record. */
  readonly onStored?: (record: StoredRecord) => void;
}

export interface LogLine {
  readonly atMs: number;
  readonly node: number | undefined;
  readonly event: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export class CheckedCluster {
  readonly cluster: SimulatedCluster;
  readonly observation: Observation;
  readonly violations: Violation[] = [];
  readonly probes = new ProbeCounts();
  /** Faults that took place, by kind. */
  readonly faults = new Map<string, number>();
  readonly operations = { ok: 0, failed: 0, unknown: 0, acknowledgedWrites: 0 };
  readonly circumstances: Circumstances = {
    hadFault: false,
    hadLoss: false,
    hadRot: false,
    hadAbsence: false,
    hadSkew: false,
    hadMembershipChange: false,
    hadRemovalByForce: false,
  };
  /** A promise was broken: the run is over. */
  isBroken = false;
  readonly #options: CheckedClusterOptions;
  readonly #checkers: { readonly id: string; readonly checker: Checker }[] = [];
  readonly #probing: Probing;
  /** The true state at the last change. */
  #lastState: ClusterState | undefined;
  #isMade = false;
  readonly #diskRandom: RandomStream;

  constructor(options: CheckedClusterOptions) {
    this.#options = options;
    const { settings } = options;
    // Fallbacks stand in for members that are slow, too.
    this.circumstances.hadAbsence = settings.network.tailShare > 0 || settings.syncTailShare > 0;
    this.#diskRandom = new RandomStream(settings.seed, 'disk');
    this.observation = new Observation({
      onStored: (record) => {
        for (const { checker } of this.#checkers) checker.stored?.(record);
        options.onStored?.(record);
        if (this.cluster.survey.owner(record.position) !== record.node)
          this.probes.hit('fallback-took-a-write');
      },
      onRemoved: (record) => {
        for (const { checker } of this.#checkers) checker.removed?.(record);
        if (record.isTombstone && this.cluster.survey.owner(record.position) === record.node)
          this.probes.hit('tombstone-reaped');
      },
    });
    this.cluster = new SimulatedCluster({
      nodes: settings.nodes,
      members: settings.members,
      seed: settings.seed,
      quorum: settings.quorum,
      consistency: settings.consistency,
      ringSize: settings.ringSize,
      network: settings.network,
      limits: {
        requestTimeoutMs: settings.requestTimeoutMs,
        requestsMax: settings.requestsMax,
        quorumRequestsMax: settings.requestsMax,
      },
      linkTimes: { suspectMs: settings.suspectMs },
      handoffLimits: {
        ...settings.handoff,
        tombstoneGraceMs,
        reapQuarantineMs: settings.requestTimeoutMs + 2 * settings.suspectMs + repairLimitsDefault.timeoutMs,
      },
      ...(settings.storage === 'disk' ? { syncMs: (node) => this.#syncMs(node) } : {}),
      wrapStorage: (storage, node, position) => this.observation.wrap(storage, node, position),
      onDataLost: (node) => {
        this.circumstances.hadLoss = true;
        this.#dataLost(node);
      },
      onLog: (node, { level: _, event, ...details }) => this.#logged(node, event, details),
    });
    this.#probing = new Probing(this, settings);
    this.#makeCheckers();
    this.#isMade = true;
    this.#sample();
  }

  /** Lets time pass until then, or until a promise is broken. */
  advanceTo(untilMs: number): void {
    while (!this.isBroken && this.cluster.nowMs < untilMs)
      this.#run(Math.min(sampleMs, untilMs - this.cluster.nowMs));
  }

  /** Lets it befall the cluster when its time comes. */
  schedule(fault: Fault): void {
    const { scheduler } = this.cluster;
    scheduler.after(fault.atMs - scheduler.nowMs, eventTag.nemesis, () => this.befall(fault));
  }

  /** Takes note of what an action means for what is promised. */
  note({ verb, amount }: Action): void {
    const noted = this.circumstances;
    if (Object.hasOwn(operatorVerbs, verb)) return;
    noted.hadFault = true;
    if (verb === 'rot') noted.hadRot = true;
    if (verb === 'clock' && Math.abs(amount) > 200) noted.hadSkew = true;
    if (!['clock', 'drift'].includes(verb)) noted.hadAbsence = true;
  }

  befall(fault: Fault): boolean {
    const { verb } = fault;
    this.note(fault);
    this.#probing.actsSoon(fault);
    if (!applyAction(this.cluster, fault)) return false;
    this.#probing.acted(fault);
    const kind = fault.fault ?? verb;
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    return true;
  }

  /** Ends all faults and starts what does not run. */
  heal(): void {
    const { cluster } = this;
    cluster.heal();
    for (const disk of cluster.disks) {
      disk.isFull = false;
      // A process does not go on with a disk that has failed.
      if (disk.hasFailed) cluster.crash(cluster.disks.indexOf(disk));
    }
    for (const machine of cluster.machines) {
      cluster.thaw(machine.number);
      cluster.start(machine.number);
      machine.slowMs = 0;
      machine.slowSyncMs = 0;
      machine.clockOffsetMs = 0;
      machine.clockDriftPpm = 0;
    }
  }

  #dataLost(node: number): void {
    for (const { checker } of this.#checkers) checker.dataLost?.(node);
  }

  /** All primaries of each key hold the same of it. */
  get areReplicasEqual(): boolean {
    const { n } = this.#options.settings.quorum;
    return [...this.observation.keys.keys()].every(
      (key) => new Set(this.cluster.survey.primaries(key, n).map(({ version }) => version)).size === 1,
    );
  }

  called(operation: Operation): void {
    for (const { checker } of this.#checkers) checker.called?.(operation);
  }

  returned(operation: Operation): void {
    for (const { checker } of this.#checkers) checker.returned?.(operation);
    const { kind, result } = operation;
    if (result !== 'waiting') this.operations[result]++;
    if (kind !== 'get' && result === 'ok') this.operations.acknowledgedWrites++;
    this.#probing.answered(operation);
  }

  strayReply(session: number, reply: string): void {
    for (const { checker } of this.#checkers) checker.strayReply?.(session, reply);
  }

  /** Reads every key once, and lets the checkers have the last word. Nobody else may ask now. */
  finish(): void {
    const { cluster } = this;
    const keys = [...this.observation.keys.keys()];
    const { finalReads, allKeys } = readFinally({
      cluster,
      keys,
      node: cluster.truth.members()[0]!,
      requestTimeoutMs: this.#options.settings.requestTimeoutMs,
      run: (ms) => {
        this.#run(ms);
        return !this.isBroken;
      },
    });
    // Gets listen on for a while after their answer, to find replicas that differ.
    const restMs = cluster.nowMs + this.#options.settings.requestTimeoutMs + sampleMs;
    while (this.#isAnyoneWaiting() && cluster.nowMs < restMs && !this.isBroken) this.#run(10);
    if (finalReads.size < keys.length)
      this.report('I36', `${keys.length - finalReads.size} gets have no answer, and everything healed`);
    else for (const { checker } of this.#checkers) checker.ended?.({ finalReads, allKeys });
    this.#probing.ended(keys, this.#options.settings.quorum.n);
  }

  report(id: string, message: string): void {
    const spec = checkerSpecs.find((checker) => checker.id === id);
    const { quorum, consistency } = this.#options.settings;
    const notPromised = spec?.notPromised(this.circumstances, quorum, consistency);
    const atMs = this.cluster.nowMs;
    if (notPromised === undefined) this.isBroken = true;
    this.#options.onLine?.({ atMs, node: undefined, event: id, details: { message } });
    if (notPromised === undefined || this.violations.length < violationsMax)
      this.violations.push({ id, message, atMs, notPromised });
  }

  /** An exception that leaves a node would have ended its process. */
  #run(ms: number): void {
    try {
      this.cluster.run(ms);
    } catch (error) {
      const { stack, message } = error as Error;
      const place = stack?.split('\n').find((line) => /server\/(?!sim|testing)/.test(line)) ?? '';
      this.report('R6', `a node threw "${message}"${place.replace(/^\s*at /, ' at ')}`);
    }
  }

  #isAnyoneWaiting(): boolean {
    return this.cluster.machines.some(({ node }) => node !== undefined && requestsWaiting(node) > 0);
  }

  /** Who is a member, or who owns what, is news to a node. */
  #clusterChanged(node: number): void {
    const { cluster, circumstances } = this;
    const { state } = cluster.truth;
    if (this.#lastState !== undefined && state !== this.#lastState) {
      circumstances.hadMembershipChange = true;
      for (const name of removedByForce(this.#lastState, state)) {
        circumstances.hadRemovalByForce = true;
        this.#dataLost(cluster.names.indexOf(name));
      }
    }
    this.#lastState = state;
    for (const { checker } of this.#checkers) checker.clusterChanged?.(node);
    this.#probing.clusterChanged(node);
  }

  #logged(node: number, event: string, details: Readonly<Record<string, unknown>>): void {
    if (event === 'link-down') this.circumstances.hadAbsence = true;
    if (this.#isMade) {
      this.#probing.logged(event, details);
      if (event === 'cluster-changed') this.#clusterChanged(node);
    }
    // Nodes begin, and say so, while the cluster is being made.
    const atMs = (this.cluster as SimulatedCluster | undefined)?.nowMs ?? 0;
    this.#options.onLine?.({ atMs, node, event, details });
  }

  #sample(): void {
    this.#probing.sampled();
    for (const { checker } of this.#checkers) checker.sampled?.();
    this.cluster.scheduler.after(sampleMs, eventTag.session, () => this.#sample());
  }

  #syncMs(node: number): number {
    const { syncMs, syncTailShare } = this.#options.settings;
    const ms = this.#diskRandom.between(0.5, 1.5) * syncMs + this.cluster.machines[node]!.slowSyncMs;
    if (syncTailShare === 0 || !this.#diskRandom.chance(syncTailShare)) return ms;
    this.probes.hit('sync-took-long');
    return ms + this.#diskRandom.between(20, 500);
  }

  #makeCheckers(): void {
    const { settings } = this.#options;
    const { quorum, consistency, requestsMax, requestTimeoutMs, network } = settings;
    const wayMs =
      (network.delayMinMs + network.delaySpreadMs) * (network.tailShare > 0 ? network.tailFactor : 1);
    const context: Omit<CheckContext, 'report'> = {
      cluster: this.cluster,
      observation: this.observation,
      circumstances: this.circumstances,
      quorum,
      consistency,
      // Plain requests, those with a quorum or a consistency of their own, and repairs.
      requestsMax: 2 * requestsMax + requestLimitsDefault.repair.runningMax,
      requestTimeoutMs,
      slackMs: 200 + 2 * wayMs,
      isSteady: network.tailShare === 0 && settings.syncTailShare === 0,
      isDurable: settings.storage === 'disk',
    };
    for (const { id, create } of checkerSpecs) {
      const report = (message: string) => this.report(id, message);
      this.#checkers.push({ id, checker: create({ ...context, report }) });
    }
  }
}

/** Who is gone in the later state without having handed over. */
function removedByForce(before: ClusterState, after: ClusterState): NodeName[] {
  if (ringEpoch(before.decision) === ringEpoch(after.decision)) return [];
  const couldOwn = ['valid', 'leaving', 'down'];
  return [...after.members]
    .filter(
      ([name, { status }]) =>
        status === 'invalid' && couldOwn.includes(before.members.get(name)?.status ?? ''),
    )
    .map(([name]) => name);
}
