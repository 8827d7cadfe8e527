/**
 * What a run is made of. Everything but the number of nodes, the length and the round is drawn from the seed, so
 * the seed says it all; a shrunk run names what differs.
 */
import type { HandoffLimits } from '../../handoff/handoff-limits.js';
import { linkTimesDefault } from '../../node/index.js';
import { type Consistency, majority, type Quorum } from '../../request/index.js';
import { allFaultNames } from '../faults/fault-kinds.js';
import { drawKinds } from '../faults/nemesis.js';
import { RandomStream } from '../random-stream.js';
import { type NetworkTimes, networkTimesDefault } from '../simulated-network.js';
import type { SessionTraits } from '../workload/session.js';

export interface ClusterSettings {
  readonly seed: number;
  /** All of them; those beyond the members begin alone, and may join. */
  readonly nodes: number;
  readonly members: number;
  readonly ringSize: number;
  readonly quorum: Quorum;
  readonly consistency: Consistency;
  readonly network: NetworkTimes;
  readonly requestTimeoutMs: number;
  readonly requestsMax: number;
  readonly suspectMs: number;
  readonly storage: 'memory' | 'disk';
  /** How long a sync takes, on average, and the share of those that take much longer. */
  readonly syncMs: number;
  readonly syncTailShare: number;
  readonly handoff: Partial<HandoffLimits>;
}

export interface RunSettings extends ClusterSettings {
  /** Kinds of faults that are on. */
  readonly kinds: ReadonlySet<string>;
  readonly sessions: number;
  readonly traits: SessionTraits;
  /** Between the beginnings of two faults, on average. */
  readonly paceMs: number;
  /** Simulated time with faults of one round. */
  readonly roundMs: number;
  readonly rounds: number;
}

export interface RunAsk {
  readonly seed: number;
  /** Simulated time with faults, in all rounds together. */
  readonly durationMs: number;
  /** Members at the start. */
  readonly nodes?: number;
}

const roundMsMost = 30_000;

export function drawSettings({ seed, durationMs, nodes }: RunAsk): RunSettings {
  const random = new RandomStream(seed, 'settings');
  const kinds = drawKinds(random.fork('kinds'));
  const rounds = Math.max(1, Math.ceil(durationMs / roundMsMost));
  const drawnNodes = random.pick([3, 3, 4, 5, 5, 5, 7]);
  const count = nodes ?? drawnNodes;
  const consistency = random.fork('consistency').pick<Consistency>(['sloppy', 'sloppy', 'strict', 'atomic']);
  const keys = random.pick([1, 3, 10, 100, 400]);
  const mayJoin = ['op-join', 'op-replace', 'op-force-replace'].some((name) => kinds.has(name));
  const spares = mayJoin ? random.fork('spares').pick([1, 2, 2]) : 0;
  return {
    seed,
    nodes: count + spares,
    members: count,
    ringSize: random.pick([8, 16, 16, 64]),
    consistency,
    quorum: quorums(
      consistency,
      random.pick([
        { n: 3, r: 2, w: 2 },
        { n: 3, r: 2, w: 2 },
        { n: 3, r: 2, w: 2 },
        { n: 3, r: 1, w: 3 },
        { n: 3, r: 3, w: 1 },
        { n: 3, r: 1, w: 1 },
        { n: 1, r: 1, w: 1 },
        { n: 2, r: 2, w: 2 },
      ]),
    ),
    kinds,
    network: {
      ...networkTimesDefault,
      delaySpreadMs: random.pick([0.5, 2, 10]),
      tailShare: kinds.has('tail-delay') ? 0.002 : 0,
      tailFactor: 100,
      splitShare: kinds.has('split-chunks') ? 0.1 : 0,
      duplicateShare: kinds.has('duplicates') ? 0.1 : 0,
    },
    sessions: random.pick([2, 5, 10]),
    traits: {
      keys,
      pipelineMax: random.pick([1, 1, 4]),
      thinkMs: random.pick([10, 50, 200]),
      putShare: random.pick([0.3, 0.5, 0.7]),
      deleteShare: random.pick([0, 0.05, 0.2]),
      modes: [consistency],
      paddingBytesMax: random.pick([0, 50, 2000]),
      giveUpMs: 6000,
    },
    requestTimeoutMs: random.pick([500, 1000, 3000]),
    requestsMax: random.pick([4, 64, 256, 256]),
    suspectMs: random.pick([600, linkTimesDefault.suspectMs]),
    storage: random.pick(['memory', 'disk']),
    syncMs: random.pick([0.2, 2, 10]),
    syncTailShare: kinds.has('slow-sync-tail') ? 0.05 : 0,
    // Small chunks and a slow rate make a transfer of a few records take its time.
    handoff: {
      ...random
        .fork('handoff')
        .pick([{}, { chunkBytes: 200, windowBytes: 400 }, { chunkBytes: 500, bytesPerSecond: 4000 }]),
      sweepMs: 1000,
    },
    paceMs: random.pick([500, 1500, 4000]),
    roundMs: Math.round(durationMs / rounds),
    rounds,
  };
}

/** Atomic requests are decided by majorities. */
function quorums(consistency: Consistency, drawn: Quorum): Quorum {
  const { n } = drawn;
  return consistency === 'atomic' ? { n, r: majority(n), w: majority(n) } : drawn;
}

/** In a few words, for the report of a run. */
export function describeSettings(settings: RunSettings): string {
  const {
    nodes,
    members,
    storage,
    consistency,
    ringSize,
    quorum,
    sessions,
    traits,
    kinds,
    requestTimeoutMs,
  } = settings;
  const off = allFaultNames.filter((name) => !kinds.has(name));
  const faults =
    kinds.size === 0 ? 'no faults' : `faults: ${[...kinds].join(' ')} (off: ${off.join(' ') || 'none'})`;
  return (
    `${members} nodes${nodes > members ? ` and ${nodes - members} more` : ''}, ${storage}, ${consistency}, ring of ${ringSize}, n=${quorum.n} r=${quorum.r} w=${quorum.w}, ${sessions} sessions, ` +
    `${traits.keys} keys, deadline ${requestTimeoutMs} ms; ${faults}`
  );
}
