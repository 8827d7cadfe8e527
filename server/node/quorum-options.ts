/**
 * Reads the quorum that a command names for itself:
 *
 *   RKV.GET key [N n] [R r] [PR pr] [NODES m] [CONSISTENCY sloppy|strict|atomic] [TIMEOUT ms]
 *
 * and for writes W and PW. What cannot be is told in one sentence, before anything is done.
 */
import {
  type Consistency,
  consistencies,
  isConsistency,
  majority,
  type Quorum,
  type QuorumAsk,
  quorumMistake,
} from '../request/index.js';
import type { CommandReader } from '../resp/index.js';

export interface QuorumOptionsDefaults {
  /** The cluster's quorum, not capped at its members: what counts here are vnodes. */
  readonly quorum: Quorum;
  readonly consistency: Consistency;
  readonly timeoutMs: number;
  readonly timeoutMsMax: number;
}

/** What the arguments from `first` on ask for, or an error line. r and w follow n down when they are not given. */
export function readQuorumOptions(
  reader: CommandReader,
  first: number,
  isWrite: boolean,
  defaults: QuorumOptionsDefaults,
): QuorumAsk | string {
  const { quorum, timeoutMs: timeoutMsDefault, timeoutMsMax } = defaults;
  const [counted, primary] = isWrite ? (['W', 'PW'] as const) : (['R', 'PR'] as const);
  const given = readOptions(reader, first, isWrite);
  if (typeof given === 'string') return given;
  const { numbers, consistency = defaults.consistency } = given;
  const primaries = numbers.get(primary) ?? 0;
  const nodes = numbers.get('NODES') ?? 0;
  const asked = numbers.get(counted);
  const n = numbers.get('N') ?? Math.max(quorum.n, asked ?? 1);
  const needed = asked ?? Math.max(Math.min(isWrite ? quorum.w : quorum.r, n), Math.min(primaries, n));
  const mistake =
    quorumMistake({ n, r: isWrite ? 1 : needed, w: isWrite ? needed : 1 }) ??
    tooMany(primary.toLowerCase(), primaries, n) ??
    tooMany('node confirms', nodes, n);
  if (mistake !== undefined) return `ERR ${mistake}`;
  if (consistency === 'atomic') {
    const told = atomicMistake(counted, n, asked, quorum);
    if (told !== undefined) return `ERR ${told}`;
  }
  const timeoutMs = numbers.get('TIMEOUT') ?? timeoutMsDefault;
  if (timeoutMs < 1 || timeoutMs > timeoutMsMax)
    return `ERR TIMEOUT is ${timeoutMs}, and must be from 1 to ${timeoutMsMax} ms`;
  return { consistency, n, needed, isNeededNamed: asked !== undefined, primaries, nodes, timeoutMs };
}

interface GivenOptions {
  readonly numbers: ReadonlyMap<string, number>;
  readonly consistency?: Consistency;
}

function readOptions(reader: CommandReader, first: number, isWrite: boolean): GivenOptions | string {
  const names = isWrite ? ['N', 'W', 'PW'] : ['N', 'R', 'PR'];
  const numbered = [...names, 'NODES', 'TIMEOUT'];
  const numbers = new Map<string, number>();
  let consistency: Consistency | undefined;
  for (let i = first; i < reader.count; i += 2) {
    const told = text(reader, i);
    const name = told.toUpperCase();
    const isNumber = numbered.includes(name);
    if (!isNumber && name !== 'CONSISTENCY') return unknownOption(told, names, isWrite);
    if (numbers.has(name) || (!isNumber && consistency !== undefined)) return `ERR ${name} is given twice`;
    if (i + 1 === reader.count) return `ERR ${name} has no ${isNumber ? 'number' : 'name'} behind it`;
    const value = text(reader, i + 1);
    if (isNumber) {
      if (!/^[0-9]{1,9}$/.test(value))
        return `ERR ${name} is '${value.slice(0, 32)}', and must be an integer`;
      numbers.set(name, Number(value));
    } else if (isConsistency(value.toLowerCase())) {
      consistency = value.toLowerCase() as Consistency;
    } else {
      return `ERR CONSISTENCY is '${value.slice(0, 32)}', and must be ${consistencies.join(', ')}`;
    }
  }
  return consistency === undefined ? { numbers } : { numbers, consistency };
}

function unknownOption(told: string, names: readonly string[], isWrite: boolean): string {
  const name = told.toUpperCase();
  if (['R', 'W', 'PR', 'PW'].includes(name)) {
    const [, counted, primary] = names;
    const [kind, right] = [isWrite ? 'write' : 'get', name.startsWith('P') ? primary : counted];
    return `ERR ${name} is no option of a ${kind}: write ${right} for the ${name.startsWith('P') ? 'primaries' : 'vnodes'} that must answer`;
  }
  const options = [...names, 'NODES', 'CONSISTENCY'].join(', ');
  return `ERR unknown option '${told.slice(0, 32)}': the options are ${options} and TIMEOUT`;
}

function tooMany(what: string, count: number, n: number): string | undefined {
  return count > n ? `${what} is ${count}, and must be at most n, which is ${n}.` : undefined;
}

/** All atomic requests of a key must ask the same members, and more than half of them. */
function atomicMistake(
  counted: string,
  n: number,
  asked: number | undefined,
  quorum: Quorum,
): string | undefined {
  if (n !== quorum.n) return `atomic requests have the cluster's n, which is ${quorum.n}: N ${n} cannot be.`;
  if (asked !== undefined && asked < majority(n))
    return `atomic requests need a majority: ${counted} must be from ${majority(n)} to ${n}, and is ${asked}.`;
  return undefined;
}

function text(reader: CommandReader, number: number): string {
  return reader.buffer.toString('latin1', reader.starts[number]!, reader.ends[number]!);
}
