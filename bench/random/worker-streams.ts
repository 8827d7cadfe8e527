// The random streams of a worker, one for each purpose, so that a larger value never changes a key and a further
// operation never changes a value. Worker i is seeded {A+i, B+i, C+i}, as the tutorial's tool does it, and draws
// its operations from that very generator; the other streams are the same generator jumped ahead once more each.
import { createRandom, type Seed } from './create-random.js';
import type { Random } from './random.js';

/** In the order of their jumps: none for `operation`, four for `own`. */
export interface WorkerStreams {
  readonly operation: Random;
  readonly key: Random;
  readonly value: Random;
  /** When operations are meant to start, in an open loop. */
  readonly arrival: Random;
  /** Which of its own puts a worker reads. */
  readonly own: Random;
}

/** The streams of worker `workerId`, counted from 1. Fails as `createRandom` does. */
export function workerStreams(algorithm: string, [a, b, c]: Seed, workerId: number): WorkerStreams {
  const operation = createRandom(algorithm, [a + workerId, b + workerId, c + workerId]);
  const key = jumped(operation);
  const value = jumped(key);
  const arrival = jumped(value);
  return { operation, key, value, arrival, own: jumped(arrival) };
}

function jumped(random: Random): Random {
  const ahead = random.clone();
  ahead.jump();
  return ahead;
}
