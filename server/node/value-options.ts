/**
 * Reads the options of SET and GETEX:
 *
 *   SET key value [NX | XX] [GET] [EX seconds | PX ms | EXAT seconds | PXAT ms | KEEPTTL]
 *   GETEX key [EX seconds | PX ms | EXAT seconds | PXAT ms | PERSIST]
 *
 * What is wrong in Redis is wrong here in the same words. Ends beyond `expiryMsMax` are too far, where Redis would
 * still take them.
 */
import { expiryMsMax, neverExpires } from '../object/index.js';
import type { CommandReader } from '../resp/index.js';
import { argument, notIntegerText, syntaxErrorText } from './command-argument.js';
import { isInteger } from './scan-options.js';

export interface ValueOptions {
  readonly condition: 'none' | 'absent' | 'present';
  /** GET: the value that was there is answered. */
  readonly returnsOld: boolean;
  /** When the value ends, see object/expiry.ts; undefined: when the one that is there does. */
  readonly expiresMs: number | undefined;
}

const timeOptions = ['EX', 'PX', 'EXAT', 'PXAT'];
/** At most one of these, however often: the last counts. */
const endOptions = [...timeOptions, 'KEEPTTL', 'PERSIST'];

/** The options of a SET, or an error line; `nowMs` is the wall clock's. */
export function readSetOptions(reader: CommandReader, nowMs: number): ValueOptions | string {
  const read = readOptions(reader, 3, ['NX', 'XX', 'GET', 'KEEPTTL']);
  if (read === undefined) return syntaxErrorText;
  const { given, time } = read;
  if (given.has('NX') && given.has('XX')) return syntaxErrorText;
  const end = time === undefined ? neverExpires : endOf(time, nowMs, 'set');
  if (typeof end === 'string') return end;
  return {
    condition: given.has('NX') ? 'absent' : given.has('XX') ? 'present' : 'none',
    returnsOld: given.has('GET'),
    expiresMs: given.has('KEEPTTL') ? undefined : end,
  };
}

export interface GetexOptions extends ValueOptions {
  /** What is wrong with the time, as an error line: Redis looks for the value before it looks at that. */
  readonly mistake: string | undefined;
}

/** The options of a GETEX, or an error line; undefined if it has none. */
export function readGetexOptions(reader: CommandReader, nowMs: number): GetexOptions | string | undefined {
  if (reader.count === 2) return undefined;
  const read = readOptions(reader, 2, ['PERSIST']);
  if (read === undefined) return syntaxErrorText;
  const end = read.time === undefined ? neverExpires : endOf(read.time, nowMs, 'getex');
  const isWrong = typeof end === 'string';
  return {
    condition: 'present',
    returnsOld: true,
    expiresMs: isWrong ? undefined : end,
    mistake: isWrong ? end : undefined,
  };
}

interface GivenTime {
  readonly unitMs: number;
  readonly isFromNow: boolean;
  readonly text: string;
}

/** Undefined: not the syntax. */
function readOptions(
  reader: CommandReader,
  first: number,
  flags: readonly string[],
): { given: ReadonlySet<string>; time: GivenTime | undefined } | undefined {
  const given = new Set<string>();
  let time: GivenTime | undefined;
  for (let i = first; i < reader.count; i++) {
    const option = argument(reader, i, 'latin1').toUpperCase();
    const isTime = timeOptions.includes(option);
    if (!isTime && !flags.includes(option)) return undefined;
    const isEnd = endOptions.includes(option);
    if (isEnd && endOptions.some((other) => other !== option && given.has(other))) return undefined;
    if (isTime && i + 1 === reader.count) return undefined;
    given.add(option);
    if (!isTime) continue;
    const text = argument(reader, ++i, 'latin1');
    time = { unitMs: option.startsWith('P') ? 1 : 1000, isFromNow: !option.endsWith('AT'), text };
  }
  return { given, time };
}

/** The end that a time names, or an error line. */
function endOf({ unitMs, isFromNow, text }: GivenTime, nowMs: number, command: string): number | string {
  if (!isInteger(text)) return notIntegerText;
  const milliseconds = BigInt(text) * BigInt(unitMs);
  const end = milliseconds + (isFromNow ? BigInt(Math.floor(nowMs)) : 0n);
  if (milliseconds <= 0n || end > BigInt(expiryMsMax))
    return `ERR invalid expire time in '${command}' command`;
  return Number(end);
}
