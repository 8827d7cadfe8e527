/**
 * One command of a client, as a person would type it, over a connection of its own. What puts, gets or deletes a
 * key is noted as an operation, so that checkers know of it as of those of the load.
 */
import type { CheckedCluster } from '../run/checked-cluster.js';
import { ClientConnection } from './client-connection.js';
import { type ConsistencyMode, type Operation, type OperationKind, resultOfReply } from './operation.js';

/** Commands that are operations, by name. */
const kinds: Readonly<Record<string, OperationKind>> = {
  SET: 'put',
  'RKV.PUT': 'put',
  GET: 'get',
  DEL: 'delete',
  'RKV.DEL': 'delete',
};

export interface RecordedCommand {
  readonly node: number;
  readonly words: readonly string[];
  readonly mode: ConsistencyMode;
  /** Undefined: a null. */
  onReply(text: string | undefined): void;
  onClosed(): void;
}

/** The node must run. */
export function sendRecorded(checked: CheckedCluster, command: RecordedCommand): void {
  const { cluster, observation } = checked;
  const { node, words } = command;
  const operation = operationOf(checked, command);
  const end = (change: Partial<Operation>) => {
    if (operation === undefined || operation.result !== 'waiting') return;
    Object.assign(operation, change, { returnMs: cluster.nowMs, returnedAt: observation.tick() });
    checked.returned(operation);
  };
  const connection = new ClientConnection(cluster, node, {
    onReply: (text) => {
      const { kind } = operation ?? {};
      if (kind !== undefined) {
        const result = resultOfReply(kind, text);
        const read = kind === 'get' && result === 'ok' ? text : undefined;
        end({ result, read, reply: text ?? 'nil' });
      }
      command.onReply(text);
      connection.close();
    },
    onClosed: () => {
      end({ result: operation?.kind === 'get' ? 'failed' : 'unknown', reply: 'the connection ended' });
      command.onClosed();
    },
  });
  if (operation !== undefined) checked.called(operation);
  connection.send([words]);
}

function operationOf(
  { cluster, observation }: CheckedCluster,
  { node, words, mode }: RecordedCommand,
): Operation | undefined {
  const [name = '', key, value] = words;
  const kind = kinds[name.toUpperCase()];
  if (kind === undefined || key === undefined) return undefined;
  return {
    session: 0,
    kind,
    key,
    value: kind === 'put' ? value : undefined,
    mode,
    node,
    callMs: cluster.nowMs,
    calledAt: observation.tick(),
    returnMs: 0,
    returnedAt: Number.POSITIVE_INFINITY,
    result: 'waiting',
    read: undefined,
    reply: '',
  };
}
