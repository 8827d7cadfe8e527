// What `redis-cli MONITOR` prints, as a trace: `1339518083.107412 [0 127.0.0.1:60866] "get" "key"`. Commands that read,
// write or delete keys become get, put and delete; one with several keys becomes several operations at one moment. The
// others are counted by their names, for people.
import { type Trace, TraceBuilder, TraceError } from './trace.js';

const line = /^(\d+\.\d+) \[[^\]]*\] ("(?:\\[\s\S]|[^"\\])*"(?: "(?:\\[\s\S]|[^"\\])*")*)\s*$/;

/** Where the keys of a command are, and where its value is. */
interface CommandShape {
  operation: 'get' | 'put' | 'delete';
  keys(words: readonly Buffer[]): Buffer[];
  valueAt?: number;
}

const first = (words: readonly Buffer[]): Buffer[] => words.slice(1, 2);
const all = (words: readonly Buffer[]): Buffer[] => words.slice(1);
const commands: Readonly<Record<string, CommandShape>> = {
  get: { operation: 'get', keys: first },
  getex: { operation: 'get', keys: first },
  mget: { operation: 'get', keys: all },
  exists: { operation: 'get', keys: all },
  set: { operation: 'put', keys: first, valueAt: 2 },
  setnx: { operation: 'put', keys: first, valueAt: 2 },
  getset: { operation: 'put', keys: first, valueAt: 2 },
  setex: { operation: 'put', keys: first, valueAt: 3 },
  psetex: { operation: 'put', keys: first, valueAt: 3 },
  del: { operation: 'delete', keys: all },
  unlink: { operation: 'delete', keys: all },
};

export function isRedisMonitor(text: string): boolean {
  return /^(OK\r?\n)?\d+\.\d+ \[[^\]\n]*\] "/.test(text);
}

export interface MonitorTrace {
  trace: Trace;
  /** Commands that are no get, put or delete of single keys, by name. */
  skipped: Readonly<Record<string, number>>;
}

/** Throws TraceError when there is nothing in it, or a line is something else. */
export function parseRedisMonitor(text: string): MonitorTrace {
  const builder = new TraceBuilder();
  const skipped: Record<string, number> = {};
  const lines = text.split('\n');
  // The wall clock of a server may be set back; what was done stays in its order.
  let latestUs = 0;
  lines.forEach((raw, index) => {
    const trimmed = raw.replace(/\r$/, '');
    if (trimmed === '' || trimmed === 'OK') return;
    const match = line.exec(trimmed);
    if (match === null) {
      // A capture that was cut off ends in the middle of a line.
      if (index === lines.length - 1) return;
      throw new TraceError(`line ${index + 1} is not what MONITOR prints: ${trimmed.slice(0, 60)}`);
    }
    const words = [...match[2]!.matchAll(/"((?:\\[\s\S]|[^"\\])*)"/g)].map(([, word]) => unescaped(word!));
    latestUs = Math.max(latestUs, Number(match[1]) * 1e6);
    addCommand(latestUs, words);
  });
  return { trace: builder.build(), skipped };

  function addCommand(atUs: number, words: readonly Buffer[]): void {
    const name = words[0]!.toString('latin1').toLowerCase();
    if (name === 'mset') {
      for (let i = 1; i + 1 < words.length; i += 2) {
        builder.add({ atUs, operation: 'put', key: words[i]!, valueBytes: words[i + 1]!.length });
      }
      return;
    }
    const shape = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (shape === undefined) {
      skipped[name] = (skipped[name] ?? 0) + 1;
      return;
    }
    const valueBytes = shape.valueAt === undefined ? 0 : (words[shape.valueAt]?.length ?? 0);
    for (const key of shape.keys(words)) builder.add({ atUs, operation: shape.operation, key, valueBytes });
  }
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

function unescaped(word: string): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] !== '\\') {
      bytes.push(word.charCodeAt(i) & 0xff);
      continue;
    }
    const written = word[++i]!;
    if (written === 'x') {
      bytes.push(Number.parseInt(word.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(escapes[written] ?? written.charCodeAt(0));
  }
  return Buffer.from(bytes);
}
