// The memory driver: a Map in this process, shared by the workers of a load thread. It uses nothing but the
// contract that everybody's drivers use, and so shows what that contract costs.
// Semantics: a get of an absent key is `missing`; a worker must find what it has put itself.
import { defineDriver, type Outcome } from '../bench/driver.js';

const store = new Map<number | string, Buffer>();

export const memoryDriver = defineDriver({
  name: 'memory',
  description: 'a Map in the process of the load generator',
  forgetsAtClose: true,
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  open: (_workerId, { ownPuts }) => ({
    run(operation, drawKey, drawValue) {
      const drawn = drawKey();
      const key = typeof drawn === 'number' ? drawn : drawn.toString('latin1');
      switch (operation) {
        case 'get':
          return found(store.get(key));
        case 'delete':
          store.delete(key);
          return { kind: 'ok' };
        case 'put':
          store.set(key, Buffer.from(drawValue()));
          if (typeof key === 'number') ownPuts.add(key);
          return { kind: 'ok' };
        default: {
          const own = ownPuts.pick();
          if (own === undefined) return { kind: 'silent' };
          const value = store.get(own);
          return value === undefined
            ? { kind: 'failed', code: 'own_put_missing', definite: true }
            : { kind: 'ok', value };
        }
      }
    },
  }),
});

function found(value: Buffer | undefined): Outcome {
  return value === undefined ? { kind: 'missing' } : { kind: 'ok', value };
}
