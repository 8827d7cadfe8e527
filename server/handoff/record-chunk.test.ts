import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyRecordView } from '../storage/index.js';
import { ChunkBuilder, chunkRecordBytes, readChunk } from './record-chunk.js';

const record = fc.record({
  key: fc.uint8Array({ maxLength: 40 }),
  version: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  tombstone: fc.boolean(),
  value: fc.uint8Array({ maxLength: 60 }),
  expiresMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
});

it('a chunk gives back its records, whole, and no part of a chunk is one', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.nat(), (records, cut) => {
      const builder = new ChunkBuilder(10_000);
      let bytes = 0;
      for (const { key, version, value, ...rest } of records) {
        const view = {
          ...emptyRecordView(),
          ...rest,
          version: Buffer.from(version),
          value: Buffer.from(value),
          valueEnd: value.length,
        };
        expect(builder.add(Buffer.from(key), 0, key.length, view)).toBe(true);
        bytes += chunkRecordBytes(key.length, view);
      }
      const chunk = builder.bytes;
      expect(chunk.length).toBe(bytes);
      const found: unknown[] = [];
      const count = readChunk(chunk, 0, chunk.length, (keyStart, keyEnd, view) => {
        found.push({
          key: new Uint8Array(chunk.subarray(keyStart, keyEnd)),
          version: new Uint8Array(view.version.subarray(view.versionOffset, view.versionOffset + 16)),
          tombstone: view.tombstone,
          value: new Uint8Array(view.value.subarray(view.valueStart, view.valueEnd)),
          expiresMs: view.expiresMs,
        });
        return true;
      });
      expect(count).toBe(records.length);
      expect(found).toEqual(records.map((each) => ({ ...each })));
      const end = cut % chunk.length;
      const part = readChunk(chunk, 0, end, () => true);
      expect(part === -1 || part < records.length).toBe(true);
    }),
  );
});
