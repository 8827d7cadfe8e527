/** C2, C12: nobody reads what was never written to that key, nor what certainly was not done. */
import type { Operation } from '../workload/operation.js';
import { describeOperation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';

export const noPhantom: CheckerSpec = {
  id: 'C2',
  demand: 'Every value read was written to that key before, and its write has not failed for certain.',
  notPromised: () => undefined,
  create: ({ observation, report }) => {
    /** Values to the puts that wrote them. */
    const puts = new Map<string, Operation>();
    const readers = new Map<string, Operation>();
    return {
      called: (operation) => {
        if (operation.value !== undefined) puts.set(operation.value, operation);
      },
      stored: ({ key, value, node }) => {
        if (value === undefined) return;
        const put = puts.get(value);
        if (put !== undefined ? put.key !== key : !observation.versionOfValue.has(value))
          report(`node${node + 1} stored under ${key} what nobody put there: "${value.slice(0, 40)}"`);
        else if (put?.result === 'failed')
          report(`node${node + 1} stored what had failed for certain: ${describeOperation(put)}`);
      },
      returned: (operation) => {
        if (operation.kind === 'put' && operation.result === 'failed') {
          const reader = readers.get(operation.value!);
          if (reader !== undefined || observation.versionOfValue.has(operation.value!))
            report(`${describeOperation(operation)}, and yet it was stored`);
        }
        if (operation.read === undefined) return;
        const put = puts.get(operation.read);
        if (put === undefined ? !observation.versionOfValue.has(operation.read) : put.key !== operation.key)
          report(`${describeOperation(operation)}, which nobody put there`);
        else readers.set(operation.read, operation);
      },
    };
  },
};
