/** I64: the keys of the whole ring are told completely, each once, or not at all. */
import { ClientConnection } from '../workload/client-connection.js';
import type { CheckerSpec } from './checker.js';

/** Keys have no blanks in them, so that a list of them is told from its text. */
const errorStart = '-';

export const coverageOnce: CheckerSpec = {
  id: 'I64',
  demand: 'KEYS tells every key that is there, each once, and none that is not, or answers with an error.',
  notPromised: ({ hadRot }) =>
    hadRot ? 'a member with a damaged record, in a vnode that is not compared, fails the range' : undefined,
  create: ({ cluster, observation, report }) => {
    let isAsking = false;
    let samples = 0;
    const judge = (node: number, text: string) => {
      if (text.startsWith(errorStart) || text === '') return;
      const keys = text.split(' ');
      if (new Set(keys).size < keys.length) report(`KEYS at node${node + 1} tells a key twice: ${text}`);
      const unknown = keys.find((key) => !observation.keys.has(key));
      if (unknown !== undefined) report(`KEYS at node${node + 1} tells ${unknown}, which nobody has put`);
    };
    return {
      // During the faults, now and then: whatever is told must make sense.
      sampled: () => {
        if (isAsking || ++samples % 25 !== 0) return;
        const asked = cluster.machines.find(
          ({ number, node, isFrozen }) => node !== undefined && !isFrozen && cluster.truth.serves(number),
        );
        if (asked === undefined) return;
        isAsking = true;
        const stay = cluster.truth.stayOf(asked.number);
        const connection = new ClientConnection(cluster, asked.number, {
          onReply: (text) => {
            isAsking = false;
            if (cluster.truth.stayOf(asked.number) === stay) judge(asked.number, text ?? '');
            connection.close();
          },
          onClosed: () => {
            isAsking = false;
          },
        });
        connection.send([['KEYS', '*']]);
      },
      ended: ({ finalReads, allKeys }) => {
        if (allKeys === undefined || allKeys.startsWith(errorStart)) {
          report(`in the end KEYS says "${allKeys ?? 'nothing'}"`);
          return;
        }
        judge(0, allKeys);
        const told = new Set(allKeys.split(' '));
        for (const [key, value] of finalReads) {
          if (value?.startsWith(errorStart)) continue;
          if (value !== undefined && !told.has(key))
            report(`in the end KEYS does not tell ${key}, and a get finds it`);
          if (value === undefined && told.has(key))
            report(`in the end KEYS tells ${key}, and a get finds nothing`);
        }
      },
    };
  },
};
