// The random streams of a worker, one for each purpose, so that a larger value never changes a key and a further
// operation never changes a value. Worker i is seeded {A+i, B+i, C+i}, as the tutorial's tool does it, and draws
// its operations from that very generator; the other streams are the same generator jumped ahead once more each.
import { createRandom, type Seed } from './create-random.js';
import type { Random } from './random.js';

export interface WorkerStreams {
  readonly operation: Random;
  readonly key: Random;
  readonly value: Random;
  /** Which of its own puts a worker reads. */
  readonly own: Random;
}

/** The streams of worker `workerId`, counted from 1. */
export function workerStreams(algorithm: string, [a, b, c]: Seed, workerId: number): WorkerStreams {
  const stream = (jumps: number): Random => {
    const random = createRandom(algorithm, [a + workerId, b + workerId, c + workerId]);
    for (let i = 0; i < jumps; i++) random.jump();
    return random;
  };
  return { operation: stream(0), key: stream(1), value: stream(2), own: stream(3) };
}
