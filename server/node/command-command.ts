/** COMMAND: what commands there are, and where in a command its keys are. */
import type { CommandReader, ReplyWriter } from '../resp/index.js';
import {
  argument,
  argumentsFrom,
  syntaxErrorText,
  unknownSubcommand,
  wrongArity,
} from './command-argument.js';
import { type CommandSpec, commandSpecs } from './command-specs.js';

/** COMMAND [COUNT | LIST [FILTERBY PATTERN pattern] | INFO [name ...] | DOCS [name ...] | GETKEYS command ...]. */
export function describeCommands(reader: CommandReader, writer: ReplyWriter): void {
  const subcommand = reader.count > 1 ? argument(reader, 1).toLowerCase() : 'info';
  const names = argumentsFrom(reader, 2);
  switch (subcommand) {
    case 'count':
      if (names.length > 0) writer.error(wrongArity('command|count'));
      else writer.integer(commandSpecs.length);
      return;
    case 'list':
      listCommands(names, writer);
      return;
    case 'docs':
      documentCommands(names, writer);
      return;
    case 'info': {
      const wanted = names.length === 0 ? commandSpecs.map((spec) => spec.name) : names;
      writer.array(wanted.length);
      for (const name of wanted) describeCommand(specOf(name), writer);
      return;
    }
    case 'getkeys':
      getKeys(reader, writer);
      return;
    default:
      writer.error(unknownSubcommand(reader, 'COMMAND'));
  }
}

function listCommands(options: readonly string[], writer: ReplyWriter): void {
  const [filterBy, kind, value] = options.map((option) => option.toLowerCase());
  const isCategory = kind === 'aclcat' || kind === 'module';
  if (options.length !== 0 && (options.length !== 3 || filterBy !== 'filterby' || !isCategory)) {
    writer.error(syntaxErrorText);
    return;
  }
  const told = commandSpecs.filter(
    (spec) => options.length === 0 || (kind === 'aclcat' && categoriesOf(spec).includes(`@${value}`)),
  );
  writer.array(told.length);
  for (const { name } of told) writer.text(name);
}

/** Only what is true without a manual: the group, by which clients sort. */
function documentCommands(names: readonly string[], writer: ReplyWriter): void {
  const told = names.length === 0 ? commandSpecs : names.flatMap((name) => specOf(name) ?? []);
  writer.map(told.length);
  for (const spec of told) {
    writer.text(spec.name);
    writer.map(1);
    writer.text('group');
    writer.text(spec.keys[0] === 0 ? 'server' : 'string');
  }
}

/** As Redis 7 tells it, in ten parts; tips, key specifications and subcommands are not told. */
function describeCommand(spec: CommandSpec | undefined, writer: ReplyWriter): void {
  if (spec === undefined) {
    writer.nullArray();
    return;
  }
  const categories = categoriesOf(spec);
  writer.array(10);
  writer.text(spec.name);
  writer.integer(spec.arity);
  writer.set(spec.flags.length);
  for (const flag of spec.flags) writer.status(flag);
  for (const key of spec.keys) writer.integer(key);
  writer.set(categories.length);
  for (const category of categories) writer.status(category);
  for (let part = 0; part < 3; part++) writer.array(0);
}

function categoriesOf({ flags, keys }: CommandSpec): string[] {
  const categories = [flags.includes('fast') ? '@fast' : '@slow'];
  if (flags.includes('readonly')) categories.push('@read');
  if (flags.includes('write')) categories.push('@write');
  if (flags.includes('admin')) categories.push('@admin', '@dangerous');
  if (keys[0] > 0) categories.push('@string');
  return categories;
}

function getKeys(reader: CommandReader, writer: ReplyWriter): void {
  if (reader.count < 4) {
    writer.error(wrongArity('command|getkeys'));
    return;
  }
  const spec = specOf(argument(reader, 2));
  const count = reader.count - 2;
  if (spec === undefined) writer.error('ERR Invalid command specified');
  else if (spec.keys[0] === 0) writer.error('ERR The command has no key arguments');
  else if (spec.arity >= 0 ? count !== spec.arity : count < -spec.arity)
    writer.error('ERR Invalid number of arguments specified for command');
  else {
    const [first, last, step] = spec.keys;
    const end = last < 0 ? count + last : last;
    const keys: number[] = [];
    for (let at = first; at <= end; at += step) keys.push(at + 2);
    writer.array(keys.length);
    for (const at of keys) writer.bulk(reader.buffer, reader.starts[at]!, reader.ends[at]!);
  }
}

function specOf(name: string): CommandSpec | undefined {
  const small = name.toLowerCase();
  return commandSpecs.find((spec) => spec.name === small);
}
