import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandLimits,
  CommandReader,
  commandLimitsDefault,
  readCommand,
  readError,
} from './command-reader.js';

interface Parsed {
  commands: string[][];
  error: string | undefined;
}

/**
 * Reads chunks; every second command is read only after another `endChunk`, and every third is put back once
 * before, as when a client is held.
 */
function parse(chunks: readonly Buffer[], limits?: CommandLimits): Parsed {
  const reader = new CommandReader(limits);
  const commands: string[][] = [];
  let putBackAt = -1;
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    reader.beginChunk(copy, 0, copy.length);
    for (;;) {
      const found = reader.next();
      if (found === readError) return { commands, error: reader.error };
      if (found !== readCommand) break;
      if (commands.length % 3 === 0 && putBackAt < commands.length) {
        putBackAt = commands.length;
        reader.putBack();
        break;
      }
      commands.push(
        Array.from({ length: reader.count }, (_, i) =>
          reader.buffer.toString('latin1', reader.starts[i], reader.ends[i]),
        ),
      );
      if (commands.length % 2 === 0) {
        reader.endChunk();
        reader.beginChunk(Buffer.alloc(0), 0, 0);
      }
    }
    reader.endChunk();
    // The socket's buffer is used again for the next chunk.
    copy.fill(0xff);
  }
  // What was put back with the last chunk.
  for (reader.beginChunk(Buffer.alloc(0), 0, 0); ; ) {
    const found = reader.next();
    if (found === readError) return { commands, error: reader.error };
    if (found !== readCommand) break;
    commands.push(
      Array.from({ length: reader.count }, (_, i) =>
        reader.buffer.toString('latin1', reader.starts[i], reader.ends[i]),
      ),
    );
  }
  return { commands, error: undefined };
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, i) => bytes.subarray(places[i - 1] ?? 0, place));
}

const word = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  fc.constantFrom('\r\n', '*1\r\n', '$3', 'x'.repeat(300)),
);
const cuts = fc.array(fc.nat(2000), { maxLength: 30 });

describe('the command reader', () => {
  it('reads the same commands however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { maxLength: 8 }),
        cuts,
        (commands, places) => {
          const bytes = Buffer.from(commands.map(encode).join(''), 'latin1');
          expect(parse(cut(bytes, places))).toEqual({ commands, error: undefined });
        },
      ),
    );
  });

  it('reads any bytes the same however they are cut, errors included', () => {
    const piece = fc.constantFrom(
      '*2\r\n',
      '$3\r\nGET\r\n',
      '$1\r\nk\r\n',
      'PING\r\n',
      '\r\n',
      '*',
      '$',
      '-1',
      '0',
      '\r',
      '\n',
      ':',
      '"a b"',
      "'",
      'x',
      '*0\r\n',
      '*-1\r\n',
      '$-1\r\n',
      '\0',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), cuts, (pieces, places) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1');
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a large value in many chunks in time linear in its length', () => {
    const value = 'v'.repeat(8 * 1024 * 1024);
    const bytes = Buffer.from(encode(['SET', 'k', value]), 'latin1');
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, (i + 1) * 1000),
    );
    const { commands } = parse(chunks);
    expect(commands[0]?.[2] === value).toBe(true);
  });

  it('reads inline commands with quotes as Redis does', () => {
    const inline = "set \"a b\\x41\\n\" 'it\\'s'\r\n  \r\nPING\n";
    expect(parse([Buffer.from(inline)]).commands).toEqual([['set', 'a bA\n', "it's"], ['PING']]);
  });

  // The texts are those of redis-server 7.0.15.
  it.each([
    ['*abc\r\n', 'invalid multibulk length'],
    ['*99999999999\r\n', 'invalid multibulk length'],
    ['*01\r\n$4\r\nPING\r\n', 'invalid multibulk length'],
    ['*+1\r\n', 'invalid multibulk length'],
    ['*\r\n', 'invalid multibulk length'],
    ['*2\r\n:5\r\n', "expected '$', got ':'"],
    ['*1\r\n$-5\r\n', 'invalid bulk length'],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$99999999999\r\n', 'invalid bulk length'],
    ['*1\r\n$1a\r\n', 'invalid bulk length'],
    ['get "a\r\n', 'unbalanced quotes in request'],
    ['get "a"b\r\n', 'unbalanced quotes in request'],
    ['a'.repeat(70_000), 'too big inline request'],
    [`*${'1'.repeat(70_000)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(70_000)}`, 'too big bulk count string'],
  ])('refuses %j', (bytes, text) => {
    expect(parse([Buffer.from(bytes)])).toEqual({ commands: [], error: `ERR Protocol error: ${text}` });
  });

  it.each(['*-5\r\nPING\r\n', '*0\r\nPING\r\n', '\r\n \r\nPING\r\n'])(
    'passes over what is empty in %j',
    (bytes) => {
      expect(parse([Buffer.from(bytes)])).toEqual({ commands: [['PING']], error: undefined });
    },
  );

  it('keeps each of its limits', () => {
    const limits: CommandLimits = {
      argumentsMax: 3,
      argumentBytesMax: 10,
      commandBytesMax: 40,
      lineBytesMax: 20,
    };
    const errorOf = (bytes: string) => parse([Buffer.from(bytes)], limits).error;
    expect(errorOf(encode(['a', 'b', 'c']))).toBeUndefined();
    expect(errorOf(encode(['a', 'b', 'c', 'd']))).toMatch(/invalid multibulk length/);
    expect(errorOf(encode(['x'.repeat(11)]))).toMatch(/invalid bulk length/);
    expect(errorOf(encode(['x'.repeat(10), 'y'.repeat(10), 'z'.repeat(10)]))).toMatch(/command too large/);
    expect(errorOf(`${'x'.repeat(21)}\r\n`)).toMatch(/too big inline request/);
    expect(commandLimitsDefault.argumentsMax).toBe(1024 * 1024);
  });
});
