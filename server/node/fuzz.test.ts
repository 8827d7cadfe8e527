/**
 * Bytes that nobody would send: every command and every message between nodes, with bytes changed, cut out, doubled
 * and put in. Nothing may throw, and other clients are served on. A failure prints the seed; RKV_SEED replays it.
 */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../byte-range.js';
import { decodeEntries, encodeEntries } from '../coverage/index.js';
import {
  FrameReader,
  FrameWriter,
  frameFound,
  frameHeaderBytes,
  LinkMessage,
  malformed,
  RangeFields,
} from '../link/index.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import { emptyRecordView } from '../storage/index.js';
import { commandSpecs } from './command-specs.js';

const seed = Number(process.env.RKV_SEED ?? Date.now() & 0x7fffffff);

interface Change {
  readonly kind: 'set' | 'cut' | 'double' | 'insert';
  readonly at: number;
  readonly bytes: Uint8Array;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('set', 'cut', 'double', 'insert'),
  at: fc.nat(4000),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }),
    fc
      .constantFrom('\r\n', '$-1', '*1', '*99999999', '$2147483648', '\0', '-', 'host:')
      .map((text) => Buffer.from(text)),
  ),
});

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  let result = bytes;
  for (const { kind, at: place, bytes: other } of changes) {
    const at = place % (result.length + 1);
    const [before, after] = [result.subarray(0, at), result.subarray(at)];
    if (kind === 'set') result = Buffer.concat([before, other, after.subarray(other.length)]);
    else if (kind === 'cut') result = Buffer.concat([before, after.subarray(other.length)]);
    else if (kind === 'insert') result = Buffer.concat([before, other, after]);
    else result = Buffer.concat([before, after, after]).subarray(0, 100_000);
  }
  return result;
}

const words = ['k', 'value', '0', '10', '', 'get', 'on', '-1', '*', 'MATCH', 'x'.repeat(300)];
const corpus = commandSpecs
  .filter(({ name }) => name !== 'quit')
  .flatMap(({ name }) =>
    [0, 1, 2, 3, 6].map((count) => {
      const command = [
        name,
        ...Array.from({ length: count }, (_, i) => words[(name.length + i) % words.length]!),
      ];
      return `*${command.length}\r\n${command.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
    }),
  );

describe('mutated bytes', () => {
  it('of clients end in answers or in the end of that client', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
    const good = cluster.client(0);
    let pings = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...corpus), { minLength: 1, maxLength: 6 }),
        fc.array(change, { maxLength: 4 }),
        fc.array(fc.nat(4000), { maxLength: 3 }),
        (commands, changes, cuts) => {
          const bytes = changed(Buffer.from(commands.join(''), 'latin1'), changes);
          const strange = cluster.client(0);
          const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
            (a, b) => a - b,
          );
          for (let i = 1; i < places.length; i++)
            strange.sendBytes(bytes.toString('latin1', places[i - 1], places[i]));
          cluster.run(30);
          good.send('PING');
          cluster.run(1);
          expect(good.replies).toHaveLength(++pings);
          expect(good.replies.at(-1)).toBe('PONG');
        },
      ),
      { seed, numRuns: 1500, interruptAfterTimeLimit: 6000 },
    );
  }, 30_000);

  it('of nodes are read as messages or refused, whatever is behind a right checksum', () => {
    const body = frames().subarray(frameHeaderBytes);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const mutated = changed(body, changes);
        const header = Buffer.from(frames().subarray(0, frameHeaderBytes));
        header.writeUInt32BE(mutated.length, 4);
        header.writeUInt32BE(crc32(mutated), 8);
        const reader = new FrameReader((bytes) => crc32(bytes));
        const frame = Buffer.concat([header, mutated]);
        reader.beginChunk(frame, 0, frame.length);
        expect(reader.next()).toBe(frameFound);
        const message = new LinkMessage();
        for (let at = reader.bodyStart; at < reader.bodyEnd; ) {
          const next = message.read(reader.buffer, at, reader.bodyEnd);
          if (next === malformed) return;
          expect(next).toBeGreaterThan(at);
          expect(next).toBeLessThanOrEqual(reader.bodyEnd);
          const { bytes, start, end } = message.range.entries;
          decodeEntries(bytes, start, end);
          at = next;
        }
      }),
      { seed, numRuns: 5000, interruptAfterTimeLimit: 6000 },
    );
  }, 30_000);
});

/** One frame with a message of every kind. */
function frames(): Buffer {
  const writer = new FrameWriter((bytes) => crc32(bytes));
  const ref = { slot: 7, generation: 9 };
  const key = rangeOf(Buffer.from('key'));
  const record = { ...emptyRecordView(), value: Buffer.from('value'), valueStart: 0, valueEnd: 5 };
  writer.hello({ protocolVersion: 1, incarnation: 2, clusterId: 'c', nodeName: 'node1@127.0.0.1' });
  writer.put(ref, 1, key, record);
  writer.putAck(ref, 1, 0);
  writer.get(ref, 1, key, 0);
  writer.getReply(ref, 1, 0, record);
  writer.heartbeat();
  writer.ringEpoch(3);
  writer.gossip('digest', 'delta');
  writer.ask(ref, 'question');
  writer.answer(ref, 'answer');
  writer.transfer(1, 2, ref, Buffer.from('content'));
  const fields = new RangeFields();
  Object.assign(fields.pattern, key);
  writer.scan(ref, 1, 2, fields);
  const entry = {
    point: 5,
    key: Buffer.from('key'),
    version: Buffer.alloc(16),
    tombstone: false,
    expiresMs: 0,
  };
  Object.assign(
    fields.entries,
    rangeOf(encodeEntries([entry, { ...entry, tombstone: true }, { ...entry, expiresMs: 5e12 }])),
  );
  writer.scanReply(ref, 1, 0, fields);
  return Buffer.from(writer.take()!);
}
