/** The arguments of a command as text, and the errors that Redis has for wrong ones. */
import type { CommandReader } from '../resp/index.js';

/** Argument `number`, the command's name being argument 0. Latin-1 keeps every byte as it came. */
export function argument(
  reader: CommandReader,
  number: number,
  encoding: 'utf8' | 'latin1' = 'utf8',
): string {
  return reader.buffer.toString(encoding, reader.starts[number]!, reader.ends[number]!);
}

/** The arguments from one on. */
export function argumentsFrom(reader: CommandReader, first: number): string[] {
  return Array.from({ length: Math.max(reader.count - first, 0) }, (_, i) => argument(reader, first + i));
}

/** An argument in an error: as Redis prints it, up to its first zero byte, and not more than 128. */
export function toldArgument(reader: CommandReader, number: number): string {
  return argument(reader, number, 'latin1').slice(0, 128).split('\0', 1)[0]!;
}

/** `name` is the command's, in capitals. */
export function unknownSubcommand(reader: CommandReader, name: string): string {
  return `ERR unknown subcommand '${toldArgument(reader, 1)}'. Try ${name} HELP.`;
}

/** `name` as Redis writes it: `get`, or `client|list`. */
export function wrongArity(name: string): string {
  return `ERR wrong number of arguments for '${name}' command`;
}

export const syntaxErrorText = 'ERR syntax error';
export const notIntegerText = 'ERR value is not an integer or out of range';
