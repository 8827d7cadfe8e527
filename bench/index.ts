// What `import ... from 'rkv'` gives: the types and helpers for writing a configuration or a driver.
export { type BenchConfigInput, defineBench } from './config/schema.js';
export {
  type DrawKey,
  type DrawValue,
  type Driver,
  type DriverOptions,
  defineDriver,
  type Outcome,
  type Session,
  type WorkerOptions,
} from './driver.js';
