// How large what a generator gives may be. A larger limit costs memory: each worker keeps room for its largest key.

/** Bytes of a key. No store takes keys that are much larger; rkv's own limit is the same. */
export const keyBytesLimit = 65_536;
/** Bytes of a key that a user's function gives; room for one is kept for every worker. */
export const functionKeyBytesLimit = 1024;
/** Bytes of a value: what the largest of the stores takes (Redis). */
export const valueBytesLimit = 512 * 1024 * 1024;
/** Bytes of a file that keys or values come from; it is held in memory once per load thread. */
export const generatorFileBytesLimit = 1024 * 1024 * 1024;
