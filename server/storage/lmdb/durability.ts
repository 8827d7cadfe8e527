/** How durable a write is when it is acknowledged. The table in the README says what each level survives. */

/**
 * - `sync`: flushed to the disk, together with all writes that came in meanwhile.
 * - `batch`: given to the operating system; flushed at most `windowMs` after that, and the time a flush takes.
 * - `os`: given to the operating system, which flushes it when it likes, or when the table takes it over.
 */
export type Durability = { kind: 'sync' } | { kind: 'batch'; windowMs: number } | { kind: 'os' };

/** The default window: what a power loss may take, against ten flushes a second at most. */
export const batchWindowMsDefault = 100;

/** The level of a name, as configuration and command line have it. */
export function durabilityOf(name: 'sync' | 'batch' | 'os', windowMs = batchWindowMsDefault): Durability {
  return name === 'batch' ? { kind: name, windowMs } : { kind: name };
}
