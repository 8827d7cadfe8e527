// uuid_v4: random UUIDs (RFC 9562, version 4) from the worker's stream, as 16 bytes; uuid_v4_s: as text.
import type { Random } from '../../random/index.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';

const sizeBytes = 16;
const hex = Buffer.from('0123456789abcdef');
const dash = 0x2d;
/** Bytes before which the text has a dash. */
const dashBefore = new Set([4, 6, 8, 10]);

export const uuidV4: KeyGeneratorDefinition = {
  name: 'uuid_v4',
  about: 'random UUIDs as 16 bytes',
  example: ['uuid_v4'],
  gives: 'bytes',
  forms: [[]],
  create: () => ({
    kind: 'bytes',
    keySpace: 2 ** 122,
    sizeBytesMax: sizeBytes,
    write: (random, buffer, offset) => writeUuid(random, buffer, offset),
  }),
};

export const uuidV4String: KeyGeneratorDefinition = {
  name: 'uuid_v4_s',
  about: 'random UUIDs as 36 characters',
  example: ['uuid_v4_s'],
  gives: 'bytes',
  forms: [[]],
  create: () => {
    const bytes = Buffer.alloc(sizeBytes);
    return {
      kind: 'bytes',
      keySpace: 2 ** 122,
      sizeBytesMax: 36,
      write(random, buffer, offset) {
        writeUuid(random, bytes, 0);
        let at = offset;
        for (let i = 0; i < sizeBytes; i++) {
          if (dashBefore.has(i)) buffer[at++] = dash;
          buffer[at++] = hex[bytes[i]! >>> 4]!;
          buffer[at++] = hex[bytes[i]! & 15]!;
        }
        return at;
      },
    };
  },
};

function writeUuid(random: Random, buffer: Buffer, offset: number): number {
  for (let at = offset; at < offset + sizeBytes; at += 4) {
    buffer.writeUInt32BE(random.uniform(2 ** 32) - 1, at);
  }
  buffer[offset + 6] = (buffer[offset + 6]! & 0x0f) | 0x40;
  buffer[offset + 8] = (buffer[offset + 8]! & 0x3f) | 0x80;
  return offset + sizeBytes;
}
