import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorReply, type Reply, ReplyParser } from '../client/index.js';
import { ReplyWriter } from './reply-writer.js';
import { unknownWord, WordTable } from './word-table.js';

function written(write: (writer: ReplyWriter) => void, protocol = 2): string {
  const writer = new ReplyWriter();
  writer.protocol = protocol;
  write(writer);
  return writer.take()?.toString('latin1') ?? '';
}

describe('the reply writer', () => {
  it('writes each kind of reply as Redis does', () => {
    expect(written((writer) => writer.ok())).toBe('+OK\r\n');
    expect(written((writer) => writer.status('PONG'))).toBe('+PONG\r\n');
    expect(written((writer) => writer.error('ERR a\r\nb'))).toBe('-ERR a  b\r\n');
    expect(written((writer) => writer.null())).toBe('$-1\r\n');
    expect(written((writer) => writer.null(), 3)).toBe('_\r\n');
    expect(written((writer) => writer.map(2))).toBe('*4\r\n');
    expect(written((writer) => writer.map(2), 3)).toBe('%2\r\n');
    expect(written((writer) => writer.text('é'))).toBe('$2\r\n\xc3\xa9\r\n');
  });

  it('writes integers that read back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(written((writer) => writer.integer(value))).toBe(`:${value}\r\n`);
      }),
    );
  });

  it('writes bulk strings of any length, through any number of growths', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6000 })), (values) => {
        const writer = new ReplyWriter();
        for (const value of values) writer.bulk(Buffer.from(value), 0, value.length);
        const parser = new ReplyParser();
        parser.push(writer.take() ?? Buffer.alloc(0));
        const replies: Reply[] = [];
        for (let reply = parser.next(); reply !== undefined; reply = parser.next()) replies.push(reply);
        expect(replies.map(String)).toEqual(values.map((value) => String(Buffer.from(value))));
      }),
    );
  });

  it('never writes again into a buffer that somebody still uses', () => {
    const writer = new ReplyWriter();
    writer.status('first');
    const first = writer.take()!;
    writer.release(false);
    writer.status('other');
    expect(first.toString()).toBe('+first\r\n');
    expect(new ErrorReply('x').text).toBe('x');
  });
});

describe('the word table', () => {
  it('finds words in any mix of cases and nothing else', () => {
    const words = ['get', 'set', 'rkv.ping', 'command'];
    const table = new WordTable(words);
    words.forEach((word, number) => {
      const bytes = Buffer.from(`<${word.toUpperCase()}>`);
      expect(table.find(bytes, 1, bytes.length - 1)).toBe(number);
      expect(table.find(bytes, 1, bytes.length)).toBe(unknownWord);
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const bytes = Buffer.from(text, 'latin1');
        expect(table.find(bytes, 0, bytes.length)).toBe(words.indexOf(text.toLowerCase()));
      }),
    );
  });
});
