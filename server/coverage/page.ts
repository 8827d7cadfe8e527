/**
 * Pages of keys in the order of their points on the ring: what one vnode, one member, or the cluster has from a
 * point on. Merging pages keeps the newest version of each key, so that a tombstone hides older values; what
 * the merged page covers is what all of its sources cover.
 */
import {
  compareVersions,
  expiryBytes,
  neverExpires,
  readExpiry,
  versionBytes,
  writeExpiry,
} from '../object/index.js';

export interface PageEntry {
  readonly point: number;
  readonly key: Buffer;
  /** 16 bytes. */
  readonly version: Buffer;
  readonly tombstone: boolean;
  /** When its value ends; see object/expiry.ts. */
  readonly expiresMs: number;
}

export interface Page {
  /** In the order of their points; keys of one point in no particular order. */
  readonly entries: readonly PageEntry[];
  /** Every key up to and with this point that was to be told is among the entries. */
  readonly covered: number;
  /** Keys that were looked at, whether they matched or not. */
  readonly visited: number;
}

/** Keys that all of the pages cover, each once, in its newest version. */
export function mergePages(pages: readonly Page[]): Page {
  if (pages.length === 1) return pages[0]!;
  const covered = Math.min(...pages.map((page) => page.covered));
  const visited = Math.max(0, ...pages.map((page) => page.visited));
  const newest = new Map<string, PageEntry>();
  for (const { entries } of pages) {
    for (const entry of entries) {
      if (entry.point > covered) break;
      const name = entry.key.toString('latin1');
      const other = newest.get(name);
      if (other === undefined || compareVersions(other.version, 0, entry.version, 0) < 0)
        newest.set(name, entry);
    }
  }
  const entries = [...newest.values()].sort((a, b) => a.point - b.point);
  return { entries, covered, visited };
}

const entryHeaderBytes = 8 + versionBytes + 4;
const tombstoneBit = 0x8000_0000;
const endsBit = 0x4000_0000;

/**
 * The entries as bytes: each is its point (8), its version (16), its key's length (4; top bit: a tombstone, the next:
 * it ends), when it ends (8, if it does), and its key; numbers big-endian.
 */
export function encodeEntries(entries: readonly PageEntry[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + entryBytes(entry), 0));
  let at = 0;
  for (const { point, key, version, tombstone, expiresMs } of entries) {
    bytes.writeUInt32BE(Math.floor(point / 0x1_0000_0000), at);
    bytes.writeUInt32BE(point % 0x1_0000_0000, at + 4);
    version.copy(bytes, at + 8, 0, versionBytes);
    const isEnding = expiresMs !== neverExpires;
    const word = key.length | (tombstone ? tombstoneBit : 0) | (isEnding ? endsBit : 0);
    bytes.writeUInt32BE(word >>> 0, at + 8 + versionBytes);
    at += entryHeaderBytes;
    if (isEnding) at = writeExpiry(bytes, at, expiresMs);
    at += key.copy(bytes, at);
  }
  return bytes;
}

function entryBytes({ key, expiresMs }: PageEntry): number {
  return entryHeaderBytes + (expiresMs === neverExpires ? 0 : expiryBytes) + key.length;
}

/** Reads entries, copied; undefined for bytes that are none, or are not in order. */
export function decodeEntries(bytes: Buffer, start: number, end: number): PageEntry[] | undefined {
  const entries: PageEntry[] = [];
  const copy = Buffer.from(bytes.subarray(start, end));
  let last = -1;
  for (let at = 0; at < copy.length; ) {
    let keyAt = at + entryHeaderBytes;
    if (keyAt > copy.length) return undefined;
    const point = copy.readUInt32BE(at) * 0x1_0000_0000 + copy.readUInt32BE(at + 4);
    const word = copy.readUInt32BE(at + 8 + versionBytes);
    let expiresMs = neverExpires;
    if ((word & endsBit) !== 0) {
      if (keyAt + expiryBytes > copy.length) return undefined;
      expiresMs = readExpiry(copy, keyAt);
      keyAt += expiryBytes;
    }
    const keyEnd = keyAt + (word & ~(tombstoneBit | endsBit));
    if (keyEnd > copy.length || point < last || point > Number.MAX_SAFE_INTEGER) return undefined;
    last = point;
    const version = copy.subarray(at + 8, at + 8 + versionBytes);
    const key = copy.subarray(keyAt, keyEnd);
    entries.push({ point, key, version, tombstone: word >= tombstoneBit, expiresMs });
    at = keyEnd;
  }
  return entries;
}
