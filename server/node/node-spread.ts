/** Further copies for a growing cluster, as one node makes them: see ReplicaSpread. */
import type { KeyPlacement } from '../ring/index.js';
import { ReplicaSpread, type VnodeTable } from '../vnode/index.js';
import type { Environment } from './environment.js';

/** Records that are given further copies in one tick: some milliseconds of work. */
const recordsPerStep = 2000;

export function nodeSpread(options: {
  vnodes: VnodeTable;
  placement: KeyPlacement;
  /** How many copies the records have that are there. */
  copies: number;
  environment: Pick<Environment, 'log'>;
  /** All records have so many copies. */
  onDone(copies: number): void;
}): ReplicaSpread {
  const { environment } = options;
  const spread = new ReplicaSpread({
    ...options,
    recordsPerStep,
    onDone: (copied, refused) => {
      const level = refused === 0 ? 'info' : 'warn';
      environment.log({ level, event: 'copies-made', copies: spread.copies, copied, refused });
      options.onDone(spread.copies);
    },
  });
  return spread;
}
