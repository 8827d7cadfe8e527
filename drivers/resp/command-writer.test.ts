import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandHead } from './command-head.js';
import { CommandWriter } from './command-writer.js';

const set = CommandHead.ofCommand('SET', 3);
const get = CommandHead.ofCommand('GET', 2);

function slots(bytes: Buffer) {
  // Behind some other bytes, as a slot is in practice.
  const buffer = Buffer.concat([Buffer.from('other'), bytes]);
  return { buffers: [buffer], start: Int32Array.of(5), end: Int32Array.of(buffer.length) };
}

function encoded(...parts: (string | Buffer)[]): Buffer {
  const args = parts.map((part) => Buffer.from(part));
  return Buffer.concat([
    Buffer.from(`*${args.length}\r\n`),
    ...args.flatMap((arg) => [Buffer.from(`$${arg.length}\r\n`), arg, Buffer.from('\r\n')]),
  ]);
}

describe('CommandWriter', () => {
  test('writes what RESP asks for, for any key and value', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes(400), fc.oneof(bytes(60), bytes(2000)), (key, value) => {
        const writer = new CommandWriter();
        writer.keyValueCommand(set, slots(key), slots(value), 0);
        writer.keyCommand(get, slots(key), 0);
        expect(writer.take()).toEqual(Buffer.concat([encoded('SET', key, value), encoded('GET', key)]));
        expect(writer.take()).toBeUndefined();
      }),
    );
  });

  test('grows with what a batch holds, and begins anew after it', () => {
    const writer = new CommandWriter();
    const value = Buffer.alloc(100_000, 'v');
    for (let i = 0; i < 5; i++) writer.keyValueCommand(set, slots(Buffer.from('k')), slots(value), 0);
    const expected = Buffer.concat(Array.from({ length: 5 }, () => encoded('SET', 'k', value)));
    expect(writer.take()!.equals(expected)).toBe(true);
    writer.keyCommand(CommandHead.ofCommand('DEL', 2), slots(Buffer.from('k')), 0);
    expect(writer.take()).toEqual(encoded('DEL', 'k'));
  });

  test('does not read behind the end of a buffer of keys or values', () => {
    const writer = new CommandWriter();
    for (let size = 0; size < 40; size++) {
      const bytes = Buffer.from(Buffer.alloc(size, 'x').toString());
      const alone = { buffers: [bytes], start: Int32Array.of(0), end: Int32Array.of(size) };
      writer.keyValueCommand(set, alone, alone, 0);
      expect(writer.take()).toEqual(encoded('SET', bytes, bytes));
    }
  });

  test('keeps no head of arguments longer than it has places for', () => {
    const writer = new CommandWriter();
    const value = Buffer.alloc(5000, 'v');
    for (let i = 0; i < 2; i++) {
      writer.keyValueCommand(set, slots(value), slots(value), 0);
      expect(writer.take()).toEqual(encoded('SET', value, value));
    }
  });

  test('leaves bytes alone that the socket still holds', () => {
    const writer = new CommandWriter();
    writer.keyCommand(get, slots(Buffer.from('a')), 0);
    const taken = writer.take()!;
    writer.renew();
    writer.keyCommand(get, slots(Buffer.from('b')), 0);
    expect(taken).toEqual(encoded('GET', 'a'));
  });
});
