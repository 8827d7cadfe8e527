// Splits Erlang's terms into tokens: atoms, numbers, strings and punctuation, comments left out.
import { ErlangSyntaxError } from './erlang-term.js';

export type ErlangToken =
  | { kind: 'atom' | 'string' | 'variable' | 'punctuation'; text: string; offset: number }
  | { kind: 'number'; value: number; offset: number }
  /** A full stop before white space, a comment or the end. */
  | { kind: 'end'; offset: number };

const patterns = {
  space: /(?:\s+|%.*)+/y,
  end: /\.(?=\s|%|$)/y,
  number: /-?\d[\d_]*(?:#[0-9a-zA-Z_]+|\.\d[\d_]*(?:[eE][-+]?\d+)?)?/y,
  character: /\$(\\[\s\S]|[\s\S])/y,
  atom: /[a-zß-öø-ÿ][a-zA-Z0-9_@]*/y,
  quotedAtom: /'((?:\\[\s\S]|[^'\\])*)'/y,
  string: /"((?:\\[\s\S]|[^"\\])*)"/y,
  variable: /[A-Z_][a-zA-Z0-9_@]*/y,
  punctuation: /<<|>>|=>|:=|->|[{}[\],|:/#()=]/y,
};

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
  d: '\u007f',
  0: '\0',
};

/** Throws ErlangSyntaxError at what is no token. */
export function erlangTokens(text: string): ErlangToken[] {
  const tokens: ErlangToken[] = [];
  let offset = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
  while (offset < text.length) {
    const space = match(patterns.space);
    if (space !== null) {
      offset += space[0].length;
      continue;
    }
    const { token, length } = nextToken(text, offset, match);
    tokens.push(token);
    offset += length;
  }
  return tokens;
}

function nextToken(
  text: string,
  offset: number,
  match: (pattern: RegExp) => RegExpExecArray | null,
): { token: ErlangToken; length: number } {
  const end = match(patterns.end);
  if (end !== null) return { token: { kind: 'end', offset }, length: 1 };
  const character = match(patterns.character);
  if (character !== null) {
    const value = unescaped(character[1]!).codePointAt(0)!;
    return { token: { kind: 'number', value, offset }, length: character[0].length };
  }
  const number = match(patterns.number);
  if (number !== null) {
    const value = readNumber(number[0]);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw new ErlangSyntaxError(text, offset, `${number[0]} is no number that is exact here (below 2^53)`);
    }
    return { token: { kind: 'number', value, offset }, length: number[0].length };
  }
  const simple = match(patterns.atom);
  if (simple !== null) return { token: { kind: 'atom', text: simple[0], offset }, length: simple[0].length };
  for (const [kind, pattern] of [
    ['atom', patterns.quotedAtom],
    ['string', patterns.string],
  ] as const) {
    const found = match(pattern);
    if (found !== null) {
      return { token: { kind, text: unescaped(found[1]!), offset }, length: found[0].length };
    }
  }
  for (const kind of ['variable', 'punctuation'] as const) {
    const found = match(patterns[kind]);
    if (found !== null) return { token: { kind, text: found[0], offset }, length: found[0].length };
  }
  const opened = text[offset] === '"' ? 'a string that does not end' : JSON.stringify(text[offset]);
  throw new ErlangSyntaxError(text, offset, `${opened} is not part of an Erlang term`);
}

function readNumber(text: string): number {
  const plain = text.replaceAll('_', '');
  const based = /^(-?)(\d+)#(.+)$/.exec(plain);
  if (based === null) return Number(plain);
  const [, sign, base, digits] = based;
  const value = Number.parseInt(digits!, Number(base));
  const isWhole = value.toString(Number(base)) === digits!.toLowerCase().replace(/^0+(?=.)/, '');
  return isWhole ? (sign === '-' ? -value : value) : Number.NaN;
}

function unescaped(text: string): string {
  return text.replace(/\\(x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (_, written: string) => {
    if (/^x/.test(written)) return String.fromCodePoint(Number.parseInt(written.replace(/[x{}]/g, ''), 16));
    if (/^[0-7]+$/.test(written)) return String.fromCharCode(Number.parseInt(written, 8));
    return escapes[written] ?? written;
  });
}
