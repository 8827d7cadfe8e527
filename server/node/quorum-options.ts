/** Reads the quorum that a command names for itself: RKV.GET key [N n] [R r] [TIMEOUT ms], and W for writes. */
import { type Quorum, type QuorumAsk, quorumMistake } from '../request/index.js';
import type { CommandReader } from '../resp/index.js';

export interface QuorumOptionsDefaults {
  /** The cluster's quorum, not capped at its members: what counts here are vnodes. */
  readonly quorum: Quorum;
  readonly timeoutMs: number;
  readonly timeoutMsMax: number;
}

/** What the arguments from `first` on ask for, or an error line. r and w follow n down when they are not given. */
export function readQuorumOptions(
  reader: CommandReader,
  first: number,
  isWrite: boolean,
  { quorum, timeoutMs: timeoutMsDefault, timeoutMsMax }: QuorumOptionsDefaults,
): QuorumAsk | string {
  const counted = isWrite ? 'W' : 'R';
  const given = new Map<string, number>();
  for (let i = first; i < reader.count; i += 2) {
    const told = text(reader, i);
    const name = told.toUpperCase();
    if (name === 'R' || name === 'W') {
      if (name !== counted)
        return `ERR ${name} is no option of a ${isWrite ? 'write' : 'get'}: write ${counted} for the vnodes that must answer`;
    } else if (name !== 'N' && name !== 'TIMEOUT') {
      return `ERR unknown option '${told.slice(0, 32)}': the options are N, ${counted} and TIMEOUT, each before a number`;
    }
    if (given.has(name)) return `ERR ${name} is given twice`;
    if (i + 1 === reader.count) return `ERR ${name} has no number behind it`;
    const number = text(reader, i + 1);
    if (!/^[0-9]{1,9}$/.test(number))
      return `ERR ${name} is '${number.slice(0, 32)}', and must be an integer`;
    given.set(name, Number(number));
  }
  const n = given.get('N') ?? Math.max(quorum.n, given.get(counted) ?? 1);
  const needed = given.get(counted) ?? Math.min(isWrite ? quorum.w : quorum.r, n);
  const mistake = quorumMistake({ n, r: isWrite ? 1 : needed, w: isWrite ? needed : 1 });
  if (mistake !== undefined) return `ERR ${mistake}`;
  const timeoutMs = given.get('TIMEOUT') ?? timeoutMsDefault;
  if (timeoutMs < 1 || timeoutMs > timeoutMsMax)
    return `ERR TIMEOUT is ${timeoutMs}, and must be from 1 to ${timeoutMsMax} ms`;
  return { n, needed, timeoutMs };
}

function text(reader: CommandReader, number: number): string {
  return reader.buffer.toString('latin1', reader.starts[number]!, reader.ends[number]!);
}
