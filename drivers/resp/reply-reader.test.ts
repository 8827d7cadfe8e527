import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyProtocolError, ReplyReader, replyError, replyNull, replyValue } from './reply-reader.js';

/** What the reader makes of `text`, in chunks that end at the given places. */
function read(text: string, cuts: readonly number[] = []): string[] {
  const seen: string[] = [];
  const reader = new ReplyReader((reply) => {
    seen.push(reply === replyError ? `error ${reader.errorText}` : reply === replyNull ? 'null' : 'value');
  });
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(from, end));
    reader.push(chunk, chunk.length);
    chunk.fill(0x2a); // what it keeps of a chunk must be a copy
    from = end;
  }
  return seen;
}

const reply = fc.oneof(
  fc.constantFrom(
    { bytes: '+OK\r\n', seen: 'value' },
    { bytes: ':-12\r\n', seen: 'value' },
    { bytes: '$-1\r\n', seen: 'null' },
    { bytes: '_\r\n', seen: 'null' },
    { bytes: '*-1\r\n', seen: 'null' },
    { bytes: '*0\r\n', seen: 'value' },
    { bytes: '*2\r\n$1\r\na\r\n*1\r\n:5\r\n', seen: 'value' },
    { bytes: '%1\r\n+k\r\n$-1\r\n', seen: 'value' },
    { bytes: '-ERR no such thing\r\n', seen: 'error ERR no such thing' },
  ),
  fc.string({ maxLength: 300, unit: 'binary-ascii' }).map((value) => ({
    bytes: `$${value.length}\r\n${value}\r\n`,
    seen: 'value',
  })),
);

describe('ReplyReader', () => {
  test('sees the same replies however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 20 }), fc.array(fc.nat(2000)), (replies, cuts) => {
        const stream = replies.map(({ bytes }) => bytes).join('');
        expect(read(stream, cuts)).toEqual(replies.map(({ seen }) => seen));
        expect(
          read(
            stream,
            Array.from({ length: stream.length }, (_, at) => at),
          ),
        ).toEqual(replies.map(({ seen }) => seen));
      }),
    );
  });

  test('gives the number of an integer reply', () => {
    const reader = new ReplyReader(() => {});
    reader.push(Buffer.from(':42\r\n'), 5);
    expect(reader.integer).toBe(42);
  });

  test.each(['HTTP/1.1 400 Bad Request\r\n', '$x\r\n', ':\r\n', '+OK\n', '$99999999999999999999\r\n'])(
    'refuses %j, which is not RESP',
    (text) => {
      expect(() => read(text)).toThrow(ReplyProtocolError);
    },
  );

  test('refuses a header line without end and arrays without bottom', () => {
    expect(() => read(`+${'x'.repeat(70_000)}`)).toThrow(ReplyProtocolError);
    expect(() => read('*1\r\n'.repeat(100))).toThrow(ReplyProtocolError);
  });

  test('forgets a half-read reply when it is reset', () => {
    const seen: number[] = [];
    const reader = new ReplyReader((one) => seen.push(one));
    reader.push(Buffer.from('$100\r\nabc'), 9);
    reader.reset();
    reader.push(Buffer.from('+OK\r\n'), 5);
    expect(seen).toEqual([replyValue]);
  });
});
