/** The durable engine: records on the disk, and what of them survives what. An edge: it touches the disk. */
export { batchWindowMsDefault, type Durability, durabilityOf } from './durability.js';
export {
  type DurableStore,
  type DurableStoreLimits,
  type DurableStoreOptions,
  durableStoreLimits,
  openDurableStore,
} from './durable-store.js';
export type { RecoveryReport } from './recovery.js';
export type { StoreIdentity } from './store-records.js';
