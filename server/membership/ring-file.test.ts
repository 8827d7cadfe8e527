import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeName } from '../ring/index.js';
import { createClusterState, withMember } from './cluster-state.js';
import { decodeRingFile, encodeRingFile, type RingDisk, RingFiles, ringFilesKept } from './ring-file.js';

const node = nodeName('node1@127.0.0.1');
const first = createClusterState({ clusterId: 'c', ringSize: 16, name: node, address: 'a:1/2' });
const checksum = (bytes: Buffer) => crc32(bytes);

/** States that can be told apart: the address changes. */
function content(number: number) {
  const state = withMember(first, node, { status: 'valid', writer: node, address: `a:${number}/2` });
  return { node, copies: 1 + (number % 3), state };
}

class MemoryDisk implements RingDisk {
  readonly files = new Map<string, Buffer>();
  isFull = false;

  list() {
    return [...this.files.keys()];
  }

  read(name: string) {
    return this.files.get(name)!;
  }

  write(name: string, bytes: Buffer) {
    if (this.isFull) throw new Error('ENOSPC: no space left on device');
    this.files.set(name, Buffer.from(bytes));
  }

  remove(name: string) {
    this.files.delete(name);
  }
}

describe('the ring file', () => {
  it('keeps the last saves, and gives the newest back', () => {
    const disk = new MemoryDisk();
    disk.files.set('something-else', Buffer.from('x'));
    const files = new RingFiles(disk, checksum);
    expect(files.load()).toEqual({ content: undefined, skipped: [] });
    for (let number = 1; number <= 10; number++) files.save(content(number));
    expect(disk.list().sort()).toEqual([
      'ring-0000000008',
      'ring-0000000009',
      'ring-0000000010',
      'something-else',
    ]);
    expect(disk.list().filter((file) => file.startsWith('ring-'))).toHaveLength(ringFilesKept);
    const again = new RingFiles(disk, checksum);
    expect(again.load()).toEqual({ content: content(10), skipped: [] });
    again.save(content(11));
    expect(new RingFiles(disk, checksum).load().content).toEqual(content(11));
  });

  it('falls back on an older save when the newest is damaged, cut, or empty, and says why', () => {
    const damages: ((bytes: Buffer) => Buffer)[] = [
      () => Buffer.alloc(0),
      (bytes) => bytes.subarray(0, bytes.length - 1),
      (bytes) => Buffer.concat([bytes, Buffer.from(' ')]),
      (bytes) => {
        bytes[bytes.length - 20]! ^= 1;
        return bytes;
      },
      (bytes) => Buffer.from(bytes.toString().replace('rkv-ring 1', 'rkv-ring 2')),
    ];
    for (const damage of damages) {
      const disk = new MemoryDisk();
      const files = new RingFiles(disk, checksum);
      for (let number = 1; number <= 3; number++) files.save(content(number));
      disk.files.set('ring-0000000003', damage(disk.read('ring-0000000003')));
      const again = new RingFiles(disk, checksum);
      const { content: found, skipped } = again.load();
      expect(found).toEqual(content(2));
      expect(skipped).toMatchObject([{ file: 'ring-0000000003' }]);
      expect(skipped[0]!.why).toMatch(/^The ring file cannot be read: it/);
      // The next save is newer than the damaged one.
      again.save(content(4));
      expect(new RingFiles(disk, checksum).load()).toEqual({ content: content(4), skipped: [] });
    }
  });

  it('is never taken for another one, whichever bit is wrong', () => {
    const bytes = encodeRingFile(content(1), checksum);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const broken = Buffer.from(bytes);
        broken[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => decodeRingFile(broken, checksum)).toThrow();
      }),
    );
    expect(decodeRingFile(bytes, checksum)).toEqual(content(1));
  });

  it('loses nothing when the disk is full', () => {
    const disk = new MemoryDisk();
    const files = new RingFiles(disk, checksum);
    files.save(content(1));
    disk.isFull = true;
    expect(() => files.save(content(2))).toThrow('ENOSPC');
    expect(new RingFiles(disk, checksum).load().content).toEqual(content(1));
    disk.isFull = false;
    files.save(content(3));
    expect(new RingFiles(disk, checksum).load().content).toEqual(content(3));
  });
});
