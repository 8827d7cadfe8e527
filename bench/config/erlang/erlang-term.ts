// Erlang's terms as far as configuration files have them.

export type ErlangTerm =
  | { kind: 'atom'; name: string }
  | { kind: 'number'; value: number }
  | { kind: 'string'; text: string }
  | { kind: 'binary'; bytes: Buffer }
  | { kind: 'list'; items: ErlangTerm[] }
  | { kind: 'tuple'; items: ErlangTerm[] };

/** What cannot be read as Erlang's terms, with its place. */
export class ErlangSyntaxError extends Error {
  override readonly name = 'ErlangSyntaxError';
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number, message: string) {
    super(message);
    const before = text.slice(0, offset).split('\n');
    this.line = before.length;
    this.column = before.at(-1)!.length + 1;
  }
}

/** The term as Erlang would print it; for messages. */
export function showTerm(term: ErlangTerm): string {
  switch (term.kind) {
    case 'atom':
      return /^[a-z][a-zA-Z0-9_@]*$/.test(term.name) ? term.name : `'${term.name}'`;
    case 'number':
      return String(term.value);
    case 'string':
      return JSON.stringify(term.text);
    case 'binary': {
      const text = term.bytes.toString('utf8');
      return Buffer.from(text).equals(term.bytes) ? `<<${JSON.stringify(text)}>>` : `<<${[...term.bytes]}>>`;
    }
    case 'list':
      return `[${term.items.map(showTerm).join(',')}]`;
    case 'tuple':
      return `{${term.items.map(showTerm).join(',')}}`;
  }
}
