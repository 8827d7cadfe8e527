/**
 * Some bytes of a buffer, as a view that is pointed elsewhere again and again: how keys and values travel from
 * a socket to a storage without being copied or made into objects. Valid only until its owner points it away.
 */

export interface ByteRange {
  bytes: Buffer;
  start: number;
  end: number;
}

/** A range of nothing, to be pointed somewhere. */
export function emptyRange(): ByteRange {
  return { bytes: nothing, start: 0, end: 0 };
}

/** The whole of a buffer. */
export function rangeOf(bytes: Buffer): ByteRange {
  return { bytes, start: 0, end: bytes.length };
}

const nothing = Buffer.alloc(0);
