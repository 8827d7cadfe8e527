export { createRandom, randomAlgorithms, type Seed } from './create-random.js';
export type { Random } from './random.js';
export { spreadInteger } from './spread-integer.js';
export { type WorkerStreams, workerStreams } from './worker-streams.js';
export { Xoshiro128 } from './xoshiro128.js';
