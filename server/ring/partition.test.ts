import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSpace, partitionIndex, partitionName, positionOfPartition } from './partition.js';
import { RingError } from './ring-error.js';

const sizes = [8, 16, 32, 64, 128, 256, 512, 1024];

describe('partition', () => {
  it('has the indexes of Riak Core', () => {
    expect(partitionName(7, 64)).toBe('159851741583067506678528028578343455274867621888');
    expect(partitionName(30, 64)).toBe('685078892498860742907977265335757665463718379520');
    expect(partitionName(15, 16)).toBe('1370157784997721485815954530671515330927436759040');
    expect(digestOfNames(16)).toBe('66b382dac448bf93a7af687b2959455632fc1ae26802c5b27a5a4eda9ddadf48');
    expect(digestOfNames(64)).toBe('3f1b946a62cbe20d8674b2baf5c29ccff7cc53f3c99280c5699b1a1f2998ae04');
  });

  it('divides the ring evenly', () => {
    const spans = sizes.map((size) => partitionName(1, size));
    expect(spans).toEqual([
      '182687704666362864775460604089535377456991567872',
      '91343852333181432387730302044767688728495783936',
      '45671926166590716193865151022383844364247891968',
      '22835963083295358096932575511191922182123945984',
      '11417981541647679048466287755595961091061972992',
      '5708990770823839524233143877797980545530986496',
      '2854495385411919762116571938898990272765493248',
      '1427247692705959881058285969449495136382746624',
    ]);
  });

  it('finds the position of each index again', () => {
    for (const size of sizes) {
      for (let position = 0; position < size; position++) {
        expect(positionOfPartition(partitionIndex(position, size), size)).toBe(position);
      }
    }
  });

  it('refuses an index that is no boundary', () => {
    for (const index of [1n, -1n, hashSpace, partitionIndex(1, 16) - 1n, partitionIndex(1, 32)]) {
      expect(() => positionOfPartition(index, 16)).toThrow(RingError);
    }
    expect(() => positionOfPartition(5n, 16)).toThrow(/^5 is no partition of a ring of 16/);
  });

  it('refuses a ring size that cannot be, and names the right ones', () => {
    for (const size of [0, -8, 4, 12, 2048, 16.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => partitionName(0, size)).toThrow(RingError);
    }
    expect(() => partitionName(0, 12)).toThrow(
      'A ring of 12 partitions cannot be: the size must be a power of two from 8 to 1024, for example 64.',
    );
  });
});

function digestOfNames(ringSize: number): string {
  const names = Array.from({ length: ringSize }, (_, position) => partitionName(position, ringSize));
  return hash('sha256', names.join('\n'), 'hex');
}
