/**
 * What the console understands: the words of the tutorial's session, one command a line, on one connection.
 * Reads lines and gives back what to print; the terminal is the command's affair.
 */
import type { QuorumAnswer, QuorumOptions, RkvClient } from '../client/index.js';
import { adminVerbs } from '../node/index.js';

export interface ConsoleAnswer {
  readonly isOk: boolean;
  readonly text: string;
}

interface ConsoleWord {
  readonly usage: string;
  readonly describe: string;
  run(client: RkvClient, words: readonly string[]): Promise<string>;
}

const words: Readonly<Record<string, ConsoleWord>> = {
  get: {
    usage: 'get KEY',
    describe: 'the value of a key, and the node and partition that answered',
    run: async (client, [key = '']) => {
      const { value, ...vnode } = await client.get(key);
      return line(value === null ? 'not_found' : `ok ${value}`, vnode);
    },
  },
  put: {
    usage: 'put KEY VALUE',
    describe: 'stores a value',
    run: async (client, [key = '', value = '']) => line('ok', await client.put(key, value)),
  },
  delete: {
    usage: 'delete KEY',
    describe: 'deletes a key, which need not exist',
    run: async (client, [key = '']) => line('ok', await client.delete(key)),
  },
  get_quorum: {
    usage: 'get_quorum KEY N R TIMEOUT',
    describe: 'what each of the first R of N vnodes answered within TIMEOUT ms',
    run: async (client, [key = '', ...numbers]) =>
      quorumLines(await client.getQuorum(key, quorumOptions(numbers))),
  },
  put_quorum: {
    usage: 'put_quorum KEY VALUE N W TIMEOUT',
    describe: 'stores N copies, and tells which W vnodes took one first',
    run: async (client, [key = '', value = '', ...numbers]) =>
      quorumLines(await client.putQuorum(key, value, quorumOptions(numbers))),
  },
  delete_quorum: {
    usage: 'delete_quorum KEY N W TIMEOUT',
    describe: 'deletes N copies, and tells which W vnodes did so first',
    run: async (client, [key = '', ...numbers]) =>
      quorumLines(await client.deleteQuorum(key, quorumOptions(numbers))),
  },
  ping: {
    usage: 'ping [NUMBER]',
    describe: 'asks the vnode that the ring gives the key ping<NUMBER>; it answers NUMBER + 1',
    run: async (client, [text = '1']) => {
      const { value, ...vnode } = await client.ping(wholeNumber(text));
      return line(`pong ${value}`, vnode);
    },
  },
};

/** All first words, for completion. */
export const consoleWords: readonly string[] = [
  ...Object.keys(words),
  ...adminVerbs.map(({ name }) => name),
  'help',
  'exit',
].sort();

/** Runs one line; undefined asks to leave. An answer that is not ok says what is wrong, and the session goes on. */
export async function runConsoleLine(client: RkvClient, text: string): Promise<ConsoleAnswer | undefined> {
  const [first, ...rest] = splitWords(text);
  if (first === undefined) return { isOk: true, text: '' };
  const name = first.toLowerCase();
  if (name === 'exit' || name === 'quit') return undefined;
  if (name === 'help') return { isOk: true, text: helpText() };
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  try {
    if (word !== undefined) {
      if (!hasWordsOf(word.usage, rest.length)) return { isOk: false, text: `Usage: ${word.usage}` };
      return { isOk: true, text: await word.run(client, rest) };
    }
    if (adminVerbs.some((verb) => verb.name === name)) {
      const { isOk, text: told } = await client.administer(name, ...rest);
      return { isOk, text: told };
    }
  } catch (error) {
    return { isOk: false, text: (error as Error).message };
  }
  return { isOk: false, text: `There is no command '${first}'. Write help for those that there are.` };
}

/** Words between blanks; a quoted one may have blanks, and \" and \\ inside. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? (quoted ?? '').replace(/\\(.)/g, '$1'),
  );
}

export function helpText(): string {
  const lines = [
    ...Object.values(words),
    ...adminVerbs.map(({ name, usage, describe }) => ({ usage: `${name} ${usage}`.trim(), describe })),
    { usage: 'help', describe: 'this list' },
    { usage: 'exit', describe: 'leaves, as Ctrl-D does' },
  ];
  const width = Math.max(...lines.map(({ usage }) => usage.length));
  return lines.map(({ usage, describe }) => `${usage.padEnd(width)}  ${describe}`).join('\n');
}

function hasWordsOf(usage: string, count: number): boolean {
  const places = usage.split(' ').slice(1);
  const least = places.filter((place) => !place.startsWith('[')).length;
  return count >= least && count <= places.length;
}

function quorumOptions([n = '', needed = '', timeout = '']: readonly string[]): QuorumOptions {
  return { n: wholeNumber(n), needed: wholeNumber(needed), timeoutMs: wholeNumber(timeout) };
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`'${text}' is no whole number.`);
  return Number(text);
}

function quorumLines({ reason, results }: QuorumAnswer): string {
  const told = results.map(({ result, value, ...vnode }) =>
    line(value === undefined ? result : `${result} ${value}`, vnode),
  );
  return [reason, ...told].join('\n');
}

function line(result: string, { node, partition }: { node: string; partition: string }): string {
  return `${result}  ${node}  ${partition}`;
}
