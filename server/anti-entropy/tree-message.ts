/**
 * What replicas say to each other to compare their trees. An ask is JSON: which tree (the vnode is named by the
 * message), which level of it, of the leaves which groups, and whether the tree is to be built anew before. The
 * answer is
 *
 *   0  1 if the tree is known, else 0    1  records (4)    5  damaged records (4)
 *   9  digests, each 8 bytes: the root, the groups, or the leaves of the groups that were asked for, in that order
 *
 * Numbers are big-endian.
 */
import { z } from 'zod';
import { emptyDigest, groupsOfTree, type KeyTree, leavesOfGroup, type TreeDigest } from './key-tree.js';

const askSchema = z.strictObject({
  home: z.int().min(0).max(0xffff),
  level: z.enum(['root', 'groups', 'leaves']),
  groups: z
    .array(
      z
        .int()
        .min(0)
        .max(groupsOfTree - 1),
    )
    .max(groupsOfTree),
  isFresh: z.boolean(),
});
export type TreeAsk = z.output<typeof askSchema>;

export interface TreeAnswer {
  /** The tree is known: it is not being built for the first time. */
  readonly isKnown: boolean;
  readonly count: number;
  readonly unreadable: number;
  readonly digests: readonly TreeDigest[];
}

/** What is answered for a vnode whose tree cannot be told. */
export const unknownTree: TreeAnswer = { isKnown: false, count: 0, unreadable: 0, digests: [] };

const headerBytes = 9;
const digestBytes = 8;

export function treeAskContent(ask: TreeAsk): Buffer {
  return Buffer.from(JSON.stringify(ask));
}

export function readTreeAsk(content: Buffer): TreeAsk | undefined {
  try {
    return askSchema.safeParse(JSON.parse(content.toString())).data;
  } catch {
    return undefined;
  }
}

export function treeAnswerContent({ isKnown, count, unreadable, digests }: TreeAnswer): Buffer {
  const content = Buffer.allocUnsafe(headerBytes + digests.length * digestBytes);
  content[0] = isKnown ? 1 : 0;
  content.writeUInt32BE(count, 1);
  content.writeUInt32BE(unreadable, 5);
  let at = headerBytes;
  for (const { xor, sum } of digests) {
    content.writeUInt32BE(xor, at);
    content.writeUInt32BE(sum, at + 4);
    at += digestBytes;
  }
  return content;
}

/** The answer, if it is one to this ask. */
export function readTreeAnswer(content: Buffer, ask: TreeAsk): TreeAnswer | undefined {
  if (content.length < headerBytes) return undefined;
  const isKnown = content[0] === 1;
  const expected = isKnown ? countOf(ask) : 0;
  if (content.length !== headerBytes + expected * digestBytes) return undefined;
  const digests = Array.from({ length: expected }, (_, i): TreeDigest => {
    const at = headerBytes + i * digestBytes;
    return { xor: content.readUInt32BE(at), sum: content.readUInt32BE(at + 4) };
  });
  return { isKnown, count: content.readUInt32BE(1), unreadable: content.readUInt32BE(5), digests };
}

/** What a tree says to an ask; a vnode without one holds nothing. */
export function digestsOf(tree: KeyTree | undefined, ask: TreeAsk): readonly TreeDigest[] {
  const { home, level, groups } = ask;
  if (tree === undefined) return new Array<TreeDigest>(countOf(ask)).fill(emptyDigest);
  if (level === 'root') return [tree.root(home)];
  return level === 'groups' ? tree.groups(home) : groups.flatMap((group) => tree.leaves(home, group));
}

function countOf({ level, groups }: TreeAsk): number {
  if (level === 'root') return 1;
  return level === 'groups' ? groupsOfTree : groups.length * leavesOfGroup;
}
