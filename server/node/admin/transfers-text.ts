/** What is handed over, as an operator reads it: after Riak Core's transfers and transfer-limit. */

/** One transfer, as the member that has to do with it tells it. */
export interface TransferReport {
  readonly kind: string;
  readonly partition: string;
  readonly from: string;
  readonly to: string;
  readonly state: 'waiting' | 'sending' | 'receiving' | 'following';
  readonly records: number;
  /** 0 if it is not known. */
  readonly recordsExpected: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly remainingMs: number | null;
}

/** What one member tells; without a limit it did not answer. */
export interface NodeTransfers {
  readonly node: string;
  readonly limit: number | undefined;
  readonly transfers: readonly TransferReport[];
}

const columns = 79;
const barCells = 43;

export function transfersText(nodes: readonly NodeTransfers[]): string {
  const down = nodes.filter(({ limit }) => limit === undefined).map(({ node }) => `'${node}'`);
  const waiting = nodes.flatMap(({ node, transfers }) => {
    const count = transfers.filter(({ state }) => state === 'waiting').length;
    return count === 0 ? [] : [`'${node}' waiting to handoff ${count} partition${count === 1 ? '' : 's'}`];
  });
  // Both ends tell of a transfer; the sender knows how far it is.
  const active = nodes.flatMap(({ transfers }) => transfers.filter(({ state }) => state === 'sending'));
  return [
    ...(down.length === 0 ? [] : [`Nodes [${down.join(',')}] are currently down.`]),
    ...waiting,
    ...(waiting.length === 0 && active.length === 0 ? ['No transfers active'] : []),
    ...(active.length === 0 ? [] : ['', 'Active Transfers:']),
    ...active.flatMap(transferLines),
  ].join('\n');
}

export function transferLimitText(nodes: readonly NodeTransfers[]): string {
  const bar = '-'.repeat(columns);
  const title = ' Transfer Limit ';
  const left = Math.floor((columns - title.length) / 2);
  return [
    '='.repeat(left) + title + '='.repeat(columns - title.length - left),
    'Limit        Node',
    bar,
    ...nodes.map(({ node, limit }) =>
      limit === undefined ? `(offline)    '${node}'` : `${String(limit).padStart(5)}        '${node}'`,
    ),
    bar,
    "Change it with 'rkv admin transfer-limit LIMIT' for all members,",
    "or with 'rkv admin transfer-limit NODE LIMIT' for one; 0 stops transfers.",
  ].join('\n');
}

function transferLines(transfer: TransferReport): string[] {
  const { kind, partition, from, to, records, recordsExpected, bytes, bytesPerSecond, remainingMs } =
    transfer;
  const share = recordsExpected === 0 ? 0 : Math.min(1, records / recordsExpected);
  const filled = '='.repeat(Math.floor(share * barCells)).padEnd(barCells);
  return [
    '',
    `transfer type: ${kind}`,
    `partition: ${partition}`,
    `objects transferred: ${records} of about ${recordsExpected}, ${bytes} bytes`,
    `time left: ${remainingMs === null ? 'not known yet' : `${(remainingMs / 1000).toFixed(1)} s`}`,
    `${from} =======> ${to}`,
    `|${filled}| ${String(Math.floor(share * 100)).padStart(3)}%`,
    `${(bytesPerSecond / 1e6).toFixed(2)} MB/s`,
  ];
}
