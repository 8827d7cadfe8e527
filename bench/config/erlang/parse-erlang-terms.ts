// Reads a file of Erlang terms, each ended by a full stop, as file:consult does. What is code rather than data
// (funs, variables, calls) is refused with its place.
import { ErlangSyntaxError, type ErlangTerm } from './erlang-term.js';
import { type ErlangToken, erlangTokens } from './erlang-tokens.js';

/** Terms inside terms: deeper than this is no configuration. */
const depthMax = 100;

/** Each term with the line that it begins on. Throws ErlangSyntaxError. */
export function parseErlangTerms(text: string): { term: ErlangTerm; line: number }[] {
  const reader = new TermReader(text);
  const terms: { term: ErlangTerm; line: number }[] = [];
  while (!reader.isAtEnd) terms.push(reader.readForm());
  return terms;
}

class TermReader {
  readonly #text: string;
  readonly #tokens: ErlangToken[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = erlangTokens(text);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  readForm(): { term: ErlangTerm; line: number } {
    const { offset } = this.#tokens[this.#at]!;
    const term = this.#readTerm();
    const next = this.#tokens[this.#at++];
    if (next?.kind !== 'end') this.#fail('a term ends with a full stop, and here it goes on', next);
    return { term, line: this.#text.slice(0, offset).split('\n').length };
  }

  #readTerm(): ErlangTerm {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#fail('the file ends in the middle of a term', token);
    if (++this.#depth > depthMax) return this.#fail('terms are nested too deeply', token);
    try {
      return this.#readAfter(token);
    } finally {
      this.#depth--;
    }
  }

  #readAfter(token: ErlangToken): ErlangTerm {
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: token.value };
      case 'atom':
        if (token.text === 'fun') return this.#fail('a fun is code; only data can be read here', token);
        if (this.#is(':') || this.#is('(')) {
          return this.#fail(`${token.text}... is a call; only data can be read here`, token);
        }
        return { kind: 'atom', name: token.text };
      case 'string': {
        let { text } = token;
        for (let next = this.#tokens[this.#at]; next?.kind === 'string'; next = this.#tokens[this.#at]) {
          text += next.text;
          this.#at++;
        }
        return { kind: 'string', text };
      }
      case 'variable':
        return this.#fail(`${token.text} is a variable; only data can be read here`, token);
      case 'end':
        return this.#fail('a full stop stands where a term should be', token);
      case 'punctuation':
        if (token.text === '{') return { kind: 'tuple', items: this.#readItems('}') };
        if (token.text === '[') return { kind: 'list', items: this.#readItems(']') };
        if (token.text === '<<') return { kind: 'binary', bytes: this.#readBinary() };
        if (token.text === '#') return this.#fail('maps and records are not understood here', token);
        return this.#fail(`"${token.text}" stands where a term should be`, token);
    }
  }

  #readItems(close: string): ErlangTerm[] {
    const items: ErlangTerm[] = [];
    if (this.#take(close)) return items;
    for (;;) {
      items.push(this.#readTerm());
      if (this.#take(close)) return items;
      if (this.#is('|')) this.#fail('a list with a tail is not understood here', this.#tokens[this.#at]);
      if (!this.#take(',')) {
        this.#fail(`"," or "${close}" is missing before this`, this.#tokens[this.#at]);
      }
    }
  }

  /** Strings, bytes, and integers with a size in bits: `<<"key">>`, `<<1, 2>>`, `<<7:32>>`, `<<"ä"/utf8>>`. */
  #readBinary(): Buffer {
    const parts: Buffer[] = [];
    while (!this.#take('>>')) {
      if (parts.length > 0 && !this.#take(',')) {
        this.#fail('"," or ">>" is missing before this', this.#tokens[this.#at]);
      }
      parts.push(this.#readSegment());
    }
    return Buffer.concat(parts);
  }

  #readSegment(): Buffer {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'string') {
      if (!this.#take('/')) return Buffer.from(token.text, 'latin1');
      const type = this.#tokens[this.#at++];
      if (type?.kind === 'atom' && type.text === 'utf8') return Buffer.from(token.text, 'utf8');
      return this.#fail('of the types of a binary only utf8 is understood here', type);
    }
    if (token?.kind !== 'number' || !Number.isSafeInteger(token.value) || token.value < 0) {
      return this.#fail('a binary holds texts and whole numbers', token);
    }
    let bits = 8;
    if (this.#take(':')) {
      const size = this.#tokens[this.#at++];
      if (size?.kind !== 'number' || size.value % 8 !== 0 || size.value < 0 || size.value > 8192) {
        return this.#fail('the size of a number in a binary is a multiple of eight bits', size);
      }
      bits = size.value;
    }
    const bytes = Buffer.alloc(bits / 8);
    let rest = token.value;
    for (let at = bytes.length - 1; at >= 0; at--) {
      bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return bytes;
  }

  #is(punctuation: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'punctuation' && token.text === punctuation;
  }

  #take(punctuation: string): boolean {
    if (!this.#is(punctuation)) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, token: ErlangToken | undefined): never {
    throw new ErlangSyntaxError(this.#text, token?.offset ?? this.#text.length, message);
  }
}
