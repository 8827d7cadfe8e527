import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockBytesMax, SlabHeap, slabOf, wordOf } from './slab-heap.js';
import { StorageError } from './storage-error.js';

describe('slab heap', () => {
  it('never gives two blocks the same bytes, and gives all slabs but one back', () => {
    const bytes = fc.oneof({ weight: 9, arbitrary: fc.nat(700) }, fc.nat(70_000));
    const step = fc.tuple(bytes, fc.boolean(), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const heap = new SlabHeap();
        const blocks: { address: number; mark: number }[] = [];
        steps.forEach(([bytes, frees, choice], i) => {
          if (frees && blocks.length > 0) {
            const [block] = blocks.splice(choice % blocks.length, 1);
            release(heap, block!);
          } else {
            const address = heap.allocate(bytes);
            expect(heap.capacity(address)).toBeGreaterThanOrEqual(bytes);
            userWords(heap, address).fill(i);
            blocks.push({ address, mark: i });
          }
        });
        const used = blocks.reduce((sum, block) => sum + heap.capacity(block.address), 0);
        expect(heap.bytesUsed).toBe(used);
        for (const block of blocks) release(heap, block);
        expect(heap.bytesUsed).toBe(0);
        expect(heap.slabs.filter((slab) => slab.words.length > 0).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('merges neighbours that are free, in whichever order they were freed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const heap = new SlabHeap();
        const blocks = Array.from({ length: 5 }, () => heap.allocate(96));
        heap.allocate(96);
        for (const i of order) heap.free(blocks[i]!);
        // One block as large as the five finds its place where they were.
        expect(heap.allocate(5 * 96)).toBe(blocks[0]);
      }),
    );
  });

  it('grows slab by slab with what it holds, so that little is reserved in advance', () => {
    const heap = new SlabHeap();
    for (let i = 0; i < 20_000; i++) {
      heap.allocate(144);
      expect(heap.bytesReserved).toBeLessThanOrEqual(Math.max(1024, heap.bytesUsed * 1.6 + 1024));
    }
    expect(heap.bytesReserved - heap.bytesUsed).toBeLessThan(256 * 1024);
  });

  it('refuses a block above its limit, and goes on', () => {
    const heap = new SlabHeap();
    expect(() => heap.allocate(blockBytesMax + 1)).toThrow(StorageError);
    expect(() => heap.allocate(2 ** 33)).toThrow(StorageError);
    expect(heap.capacity(heap.allocate(100))).toBe(112);
  });
});

function release(heap: SlabHeap, block: { address: number; mark: number }): void {
  expect(userWords(heap, block.address).every((word) => word === block.mark)).toBe(true);
  heap.free(block.address);
}

/** All of a block but its first word. */
function userWords(heap: SlabHeap, address: number): Int32Array {
  const word = wordOf(address);
  return heap.slabs[slabOf(address)]!.words.subarray(word + 1, word + heap.capacity(address) / 4);
}
