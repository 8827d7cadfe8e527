// What a worker of a plain driver is told when it opens: the options of the run, and the keys that it has put itself.
import type { DriverOptions, WorkerOptions } from '../driver.js';
import type { OperationRecorder } from './operation-recorder.js';
import type { Workload } from './workload.js';

/** What worker number `worker` (from 0, in this thread) is told when it opens. */
export function workerOptions(
  options: DriverOptions,
  workload: Workload,
  worker: number,
  verifier?: OperationRecorder,
): WorkerOptions {
  return {
    ...options,
    ownPuts: {
      add: (key) => workload.addOwn(worker, key),
      pick: () => {
        const key = workload.pickOwn(worker);
        if (key !== undefined) verifier?.picked(worker, key);
        return key;
      },
    },
  };
}
