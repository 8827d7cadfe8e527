// From basho_bench's configuration, Erlang terms, to rkv's: keys keep their names here (config-aliases.ts knows
// both spellings), terms become lists, texts and numbers. Every key without effect is named, and so is what is unknown.
import {
  bashoDefaults,
  bashoDriverPrefixes,
  bashoDrivers,
  bashoKeysTaken,
  bashoKeysWithout,
} from './basho-keys.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { ErlangSyntaxError, type ErlangTerm, showTerm } from './erlang/erlang-term.js';
import { parseErlangTerms } from './erlang/parse-erlang-terms.js';
import { nearestName, suggestion } from './nearest-name.js';

export interface BashoConfig {
  config: Record<string, unknown>;
  /** Keys that have no effect, and why. */
  notes: string[];
  problems: ConfigurationProblem[];
}

/** `nowSeed` stands for the seed `now`. */
export function readBashoConfig(text: string, nowSeed: [number, number, number]): BashoConfig {
  const result: BashoConfig = { config: { ...bashoDefaults }, notes: [], problems: [] };
  try {
    for (const { term, line } of parseErlangTerms(text)) readEntry(term, line, nowSeed, result);
  } catch (error) {
    if (!(error instanceof ErlangSyntaxError)) throw error;
    const { line, column, message } = error;
    result.problems.push({ path: `line ${line}, column ${column}`, message });
  }
  return result;
}

function readEntry(
  term: ErlangTerm,
  line: number,
  nowSeed: [number, number, number],
  { config, notes, problems }: BashoConfig,
): void {
  const [first, value, ...more] = term.kind === 'tuple' ? term.items : [];
  if (first?.kind !== 'atom' || value === undefined || more.length > 0) {
    const shown = showTerm(term).slice(0, 60);
    problems.push({
      path: `line ${line}`,
      message: `${shown} is not {key, value}; for example {duration, 5}.`,
      found: shown,
      expected: '{key, value}',
    });
    return;
  }
  const key = first.name;
  const reason = bashoKeysWithout[key];
  if (bashoKeysTaken.includes(key)) readTaken(key, value, nowSeed, { config, notes, problems });
  else if (reason !== undefined) notes.push(`${key} (line ${line}) has no effect: ${reason}.`);
  else if (bashoDriverPrefixes.some((prefix) => key.startsWith(prefix))) {
    notes.push(`${key} (line ${line}) has no effect: it belongs to a driver of basho_bench.`);
  } else {
    const known = [...bashoKeysTaken, ...Object.keys(bashoKeysWithout)];
    const nearest = nearestName(key, known);
    problems.push({
      path: `line ${line}`,
      message: `unknown key "${key}"${suggestion(key, known)}`,
      found: key,
      expected: 'a key of basho_bench',
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
}

function readTaken(
  key: string,
  value: ErlangTerm,
  nowSeed: [number, number, number],
  { config, notes, problems }: BashoConfig,
): void {
  if (callsErlang(key, value)) {
    const message = `${showTerm(value)} calls Erlang code; a module does that here: function:./my-${key.replace('_generator', 's')}.js:default`;
    problems.push({
      path: key,
      message,
      found: showTerm(value),
      expected: 'a generator without Erlang code',
    });
  } else if (key === 'key_generator' || key === 'value_generator') config[key] = generatorOf(value);
  else if (key === 'driver' || key === 'driver_module') config.driver = driverOf(value);
  else if (key === 'rng_seed' && value.kind === 'atom' && value.name === 'now') {
    config[key] = nowSeed;
    notes.push(`rng_seed now: ${nowSeed.join(',')} this time.`);
  } else if (key === 'random_seed' || key === 'concurrent_workers') {
    delete config[key === 'random_seed' ? 'rng_seed' : 'concurrent'];
    config[key] = plain(value);
  } else if (key === 'operations' && value.kind === 'list') config[key] = value.items.map(operationOf);
  else config[key] = plain(value);
}

function callsErlang(key: string, value: ErlangTerm): boolean {
  if (!key.endsWith('_generator') || value.kind !== 'tuple') return false;
  const [head, ...rest] = value.items;
  return (head?.kind === 'atom' && head.name === 'function') || rest.some((one) => callsErlang(key, one));
}

function driverOf(value: ErlangTerm): string {
  const name = value.kind === 'atom' ? value.name : String(plain(value));
  return bashoDrivers[name] ?? name;
}

/** `{get, 1}`, `{label, get, 1}`; an operation with parameters keeps them in its name. */
function operationOf(term: ErlangTerm): unknown {
  if (term.kind !== 'tuple') return plain(term);
  const names = term.items.slice(0, -1).map((one) => (one.kind === 'tuple' ? showTerm(one) : plain(one)));
  return [...names, plain(term.items.at(-1) ?? { kind: 'list', items: [] })];
}

/** Generators: a binary or a string by itself is a constant. */
function generatorOf(term: ErlangTerm): unknown {
  if (term.kind === 'string') return ['constant', term.text];
  return nested(term);

  function nested(one: ErlangTerm): unknown {
    if (one.kind === 'tuple') return one.items.map(nested);
    if (one.kind !== 'binary') return plain(one);
    const text = one.bytes.toString('utf8');
    const isText = Buffer.from(text).equals(one.bytes);
    return isText ? ['constant', text] : ['constant', 'hex', one.bytes.toString('hex')];
  }
}

function plain(term: ErlangTerm): unknown {
  switch (term.kind) {
    case 'atom':
      return term.name === 'true' ? true : term.name === 'false' ? false : term.name;
    case 'number':
      return term.value;
    case 'string':
      return term.text;
    case 'binary':
      return term.bytes.toString('utf8');
    case 'list':
    case 'tuple':
      return term.items.map(plain);
  }
}
