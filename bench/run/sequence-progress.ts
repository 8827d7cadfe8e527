// Where the sequences of a load thread's workers are, kept in a folder so that a load that was ended can go on: a
// file per worker with the number of keys drawn, as basho_bench has it. Written once per second and at the end; after
// a crash the keys of up to a second are drawn again.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratorContext } from '../generators/index.js';

const saveEveryMs = 1000;

export class SequenceProgress {
  readonly workers: readonly NonNullable<GeneratorContext['progress']>[];
  readonly #folder: string;
  readonly #ids: readonly number[];
  readonly #reached: Float64Array;
  readonly #saved: Float64Array;
  #timer: NodeJS.Timeout | undefined;

  /** Reads what is there; throws when the folder cannot be made. */
  constructor(folder: string, workerIds: readonly number[]) {
    this.#folder = folder;
    this.#ids = workerIds;
    mkdirSync(folder, { recursive: true });
    this.#reached = Float64Array.from(workerIds, (id) => readProgress(join(folder, String(id))));
    this.#saved = Float64Array.from(this.#reached);
    this.workers = workerIds.map((_, worker) => ({
      resumeAt: this.#reached[worker]!,
      reached: (value) => {
        this.#reached[worker] = value;
      },
    }));
    this.#timer = setInterval(() => this.#save(), saveEveryMs);
    this.#timer.unref();
  }

  /** Writes where the sequences are, for the last time. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#save();
  }

  #save(): void {
    this.#ids.forEach((id, worker) => {
      const reached = this.#reached[worker]!;
      if (reached === this.#saved[worker]) return;
      const path = join(this.#folder, String(id));
      writeFileSync(`${path}.new`, `${reached}\n`);
      renameSync(`${path}.new`, path);
      this.#saved[worker] = reached;
    });
  }
}

/** Keys drawn, 0 when nothing (or nothing sensible) has been written. */
function readProgress(path: string): number {
  try {
    const reached = Number(readFileSync(path, 'utf8').trim());
    return Number.isSafeInteger(reached) && reached > 0 ? reached : 0;
  } catch {
    return 0;
  }
}
