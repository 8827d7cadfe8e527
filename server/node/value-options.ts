/**
 * The options of SET and GETEX. Those that would be read-modify-write, which no quorum makes safe, and those that
 * need a time to live are refused and not approximated; what is wrong in Redis is wrong here in the same words.
 */
import type { CommandReader } from '../resp/index.js';
import { argument, notIntegerText, syntaxErrorText } from './command-argument.js';
import { isInteger } from './scan-options.js';

const timeOptions = ['EX', 'PX', 'EXAT', 'PXAT'];
const setFlags = ['NX', 'XX', 'GET', 'KEEPTTL'];

/** The error of a SET that has options. */
export function setMistake(reader: CommandReader): string {
  const mistake = optionsMistake(reader, 3, setFlags, 'set');
  if (mistake !== undefined) return mistake;
  return `ERR SET with ${argument(reader, 3).toUpperCase()} is not supported by rkv: a value is stored as it is, and stays`;
}

/** The error of a GETEX, if it is one: values stay, so that PERSIST has nothing to change. */
export function getexMistake(reader: CommandReader): string | undefined {
  if (reader.count === 2) return undefined;
  const mistake = optionsMistake(reader, 2, ['PERSIST'], 'getex');
  if (mistake !== undefined) return mistake;
  const option = argument(reader, 2).toUpperCase();
  if (option === 'PERSIST') return undefined;
  return `ERR GETEX with ${option} is not supported by rkv: a value stays`;
}

/** What Redis finds wrong with options. */
function optionsMistake(
  reader: CommandReader,
  first: number,
  flags: readonly string[],
  name: string,
): string | undefined {
  const given = new Set<string>();
  let time: { readonly unitMs: number; readonly isFromNow: boolean; readonly text: string } | undefined;
  for (let i = first; i < reader.count; i++) {
    const option = argument(reader, i, 'latin1').toUpperCase();
    const isTime = timeOptions.includes(option);
    const rivals =
      isTime || option === 'KEEPTTL' || option === 'PERSIST' ? lifeOptions : (flagRivals[option] ?? []);
    if ((!isTime && !flags.includes(option)) || rivals.some((rival) => rival !== option && given.has(rival)))
      return syntaxErrorText;
    if (isTime && (given.has(option) || i + 1 === reader.count)) return syntaxErrorText;
    given.add(option);
    if (!isTime) continue;
    const text = argument(reader, ++i, 'latin1');
    time = { unitMs: option.startsWith('P') ? 1 : 1000, isFromNow: !option.endsWith('AT'), text };
  }
  if (time === undefined) return undefined;
  if (!isInteger(time.text)) return notIntegerText;
  const milliseconds = BigInt(time.text) * BigInt(time.unitMs);
  return milliseconds <= 0n || milliseconds >= 2n ** 63n
    ? `ERR invalid expire time in '${name}' command`
    : undefined;
}

const lifeOptions = [...timeOptions, 'KEEPTTL', 'PERSIST'];
const flagRivals: Readonly<Record<string, readonly string[]>> = { NX: ['XX'], XX: ['NX'] };
