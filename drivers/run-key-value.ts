// A session from what a store can do with keys of bytes: draws keys and values, remembers own puts.
import type { Outcome, Session, WorkerOptions } from '../bench/driver.js';

export interface KeyValueStore {
  get(key: Buffer): Promise<Outcome>;
  put(key: Buffer, value: Buffer): Promise<Outcome>;
  delete(key: Buffer): Promise<Outcome>;
  /** Reads up to `count` records from a key on. */
  scan?(key: Buffer, count: number): Promise<Outcome>;
  close(): Promise<void>;
}

export function runKeyValue(ownPuts: WorkerOptions['ownPuts'], store: KeyValueStore): Session {
  return {
    async run(operation, drawKey, drawValue) {
      if (operation === 'get_own_puts') {
        const own = ownPuts.pick();
        if (own === undefined) return { kind: 'silent' };
        const found = await store.get(Buffer.from(String(own)));
        if (found.kind !== 'missing') return found;
        return { kind: 'failed', code: 'own_put_missing', definite: true };
      }
      const drawn = drawKey();
      const key = typeof drawn === 'number' ? Buffer.from(String(drawn)) : drawn;
      switch (operation) {
        case 'put': {
          const outcome = await store.put(key, drawValue());
          if (outcome.kind === 'ok' && typeof drawn === 'number') ownPuts.add(drawn);
          return outcome;
        }
        case 'delete':
          return store.delete(key);
        case 'scan':
          return store.scan!(key, scanLength(drawValue()));
        default:
          return store.get(key);
      }
    },
    close: () => store.close(),
  };
}

/** A scan's value is the number of records that it reads, in digits, as uniform_int draws values; else 100. */
function scanLength(value: Buffer): number {
  const count = Number(value.toString('latin1', 0, 10));
  return Number.isSafeInteger(count) && count > 0 ? count : 100;
}
