/** The tree of a vnode says what the storage holds, whatever happens to it and whenever the tree is built. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyPlacement } from '../ring/index.js';
import { emptyRecordView, MemoryStorage, type RecordView } from '../storage/index.js';
import { Vnode } from '../vnode/index.js';
import { KeyTree, leafOf, leavesOfGroup } from './key-tree.js';
import { VnodeTree } from './vnode-tree.js';

const ringSize = 8;
const placement = new KeyPlacement(ringSize);
const options = { position: 2, n: 3, placement };
const homes = [0, 1, 2];

describe('the tree of a vnode', () => {
  it('equals one that is built from the storage, after any writes and removals', () => {
    const change = fc.record({
      key: fc.integer({ min: 0, max: 40 }),
      version: fc.integer({ min: 1, max: 20 }),
      kind: fc.constantFrom('put', 'put', 'delete', 'remove', 'build', 'step'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const vnode = newVnode();
        for (const { key, version, kind } of changes) {
          const bytes = Buffer.from(`k${key}`);
          if (kind === 'remove') vnode.remove(bytes, 0, bytes.length);
          else if (kind === 'build') vnode.tree!.build();
          else if (kind === 'step') vnode.tree!.step(3);
          else vnode.apply(bytes, 0, bytes.length, record(version, kind === 'delete'));
        }
        const walked = new VnodeTree(options, vnode.storage);
        while (walked.isBuilding) walked.step(7);
        expect(walked.tree!.equals(vnode.tree!.tree!)).toBe(true);
        let wasWrong = false;
        vnode.tree!.build((built) => {
          wasWrong = built.wasWrong;
        });
        while (vnode.tree!.isBuilding) vnode.tree!.step(5);
        expect(wasWrong).toBe(false);
      }),
    );
  });

  it('is not known before it was built from what was there, and is told to be wrong where the storage was changed', () => {
    const vnode = newVnode();
    for (let i = 0; i < 100; i++) put(vnode, `k${i}`, 1);
    const tree = new VnodeTree(options, vnode.storage);
    expect(tree.tree).toBeUndefined();
    tree.step(50);
    expect(tree.tree).toBeUndefined();
    tree.step(51);
    expect(tree.tree!.equals(vnode.tree!.tree!)).toBe(true);
    const [key] = keysOf(vnode, 2);
    vnode.storage.delete(key!, 0, key!.length);
    let wasWrong: boolean | undefined;
    vnode.tree!.build((built) => {
      wasWrong = built.wasWrong;
    });
    while (vnode.tree!.isBuilding) vnode.tree!.step(10);
    expect(wasWrong).toBe(true);
    expect(vnode.tree!.tree!.count(2)).toBe(keysOf(vnode, 2).length);
  });

  it('differs in the root, the group and the leaf of a key of which another version is there, and nowhere else', () => {
    const [one, other] = [newVnode(), newVnode()];
    for (let i = 0; i < 300; i++) for (const vnode of [one, other]) put(vnode, `k${i}`, 1);
    const [key] = keysOf(one, 1);
    put(other, key!.toString(), 2);
    const [a, b] = [one.tree!.tree!, other.tree!.tree!];
    expect(homes.filter((home) => !same(a.root(home), b.root(home)))).toEqual([1]);
    const leaf = leafOf(placement, key!);
    const group = Math.floor(leaf / leavesOfGroup);
    expect(unequal(a.groups(1), b.groups(1))).toEqual([group]);
    expect(unequal(a.leaves(1, group), b.leaves(1, group))).toEqual([leaf % leavesOfGroup]);
    put(one, key!.toString(), 2);
    expect(a.equals(b)).toBe(true);
  });

  it('does not count keys that do not belong on the partition', () => {
    const tree = new KeyTree(options);
    const key = Array.from({ length: 100 }, (_, i) => Buffer.from(`k${i}`)).find(
      (one) => placement.position(one, 0, one.length) === 5,
    )!;
    tree.change(key, 0, key.length, undefined, record(1, false));
    expect(tree.equals(new KeyTree(options))).toBe(true);
  });
});

function newVnode(): Vnode {
  const vnode = new Vnode(options.position, new MemoryStorage(), () => 0);
  vnode.tree = new VnodeTree(options, vnode.storage);
  return vnode;
}

function put(vnode: Vnode, key: string, version: number): void {
  const bytes = Buffer.from(key);
  vnode.apply(bytes, 0, bytes.length, record(version, false));
}

function record(version: number, tombstone: boolean): RecordView {
  const view = { ...emptyRecordView(), version: Buffer.alloc(16), tombstone };
  view.version.writeUInt32BE(version, 2);
  return view;
}

function keysOf(vnode: Vnode, home: number): Buffer[] {
  const keys: Buffer[] = [];
  vnode.storage.scan(undefined, 10_000, (key) => {
    if (placement.position(key, 0, key.length) === home) keys.push(Buffer.from(key));
  });
  return keys;
}

function same(a: { xor: number; sum: number }, b: { xor: number; sum: number }): boolean {
  return a.xor === b.xor && a.sum === b.sum;
}

function unequal(
  a: readonly { xor: number; sum: number }[],
  b: readonly { xor: number; sum: number }[],
): number[] {
  return a.flatMap((digest, at) => (same(digest, b[at]!) ? [] : [at]));
}
