import { describe, expect, it } from 'vitest';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import { PendingRequests } from './pending-requests.js';
import { distinctOwners, quorumMistake } from './quorum.js';
import { RequestAnswers } from './request-answers.js';
import { RequestTable } from './request-table.js';

interface Options {
  needed: number;
  isWrite: boolean;
  /** The vnodes that are asked, as member and position. */
  vnodes: [member: number, position: number][];
  capacity?: number;
}

/** One request of client `c`, waiting; and everything that was answered. */
function start({ needed, isWrite, vnodes, capacity = 4 }: Options) {
  const told: string[] = [];
  const clock = { nowMs: 0 };
  const table = new RequestTable<string>(capacity, () => 0.5);
  const answers = new RequestAnswers<string>(
    {
      defer: () => 7,
      answer: (client, ticket, _form, { kind, code, record, existed, member }) => {
        const value = record.value.toString('latin1', record.valueStart, record.valueEnd);
        const detail = { found: value, missing: '', stored: existed ? 'existed' : '', failed: code }[kind];
        told.push(
          [client, ticket, kind, detail, kind === 'failed' ? '' : member]
            .filter((word) => word !== '')
            .join(' '),
        );
      },
    },
    () => 1000,
  );
  const repaired: number[] = [];
  const redirects = { repair: (slot: number) => repaired.push(slot), replaceLost: () => {}, hedge: () => {} };
  const pending = new PendingRequests({
    table,
    answers,
    redirects,
    nowMs: () => clock.nowMs,
    timeoutMs: 1000,
    lingeringMax: 1,
    lingerMs: 100,
  });
  const slot = pending.begin({ client: 'c', ticket: -1, form: 0 }, needed, isWrite);
  for (const [member, position] of vnodes) pending.expect(slot, member, position, 1);
  return { pending, table, told, clock, repaired, ref: { ...pending.refOf(slot) } };
}

function record(version: number, value: string, tombstone = false): RecordView {
  const bytes = Buffer.from(value);
  const stamp = Buffer.alloc(16);
  stamp.writeUInt8(version, 15);
  return { ...emptyRecordView(), version: stamp, tombstone, value: bytes, valueEnd: bytes.length };
}

const three: [number, number][] = [
  [0, 5],
  [1, 6],
  [2, 7],
];

describe('a get that has answered', () => {
  const answered = () => {
    const request = start({ needed: 2, isWrite: false, vnodes: three });
    request.pending.onGetReply(0, request.ref, 5, true, record(2, 'new'));
    request.pending.onGetReply(1, request.ref, 6, true, record(2, 'new'));
    expect(request.told).toEqual(['c 7 found new 0']);
    expect([request.pending.waiting, request.table.count]).toEqual([0, 1]);
    return request;
  };

  it('hears a late reply and repairs if that differs, without another answer', () => {
    for (const [isFound, late, repaired] of [
      [true, record(2, 'new'), []],
      [true, record(1, 'old'), [0]],
      [true, record(3, 'newer'), [0]],
      [false, record(0, ''), [0]],
    ] as const) {
      const request = answered();
      request.pending.onGetReply(2, request.ref, 7, isFound, late);
      request.pending.onGetReply(2, request.ref, 7, isFound, late);
      expect(request.told).toHaveLength(1);
      expect([request.table.count, request.pending.lateReplies]).toEqual([0, 1]);
      expect(request.repaired).toEqual(repaired);
    }
  });

  it('listens for so long, or until nobody is left', () => {
    const waiting = answered();
    waiting.clock.nowMs = 100;
    waiting.pending.tick(100);
    expect([waiting.table.count, waiting.repaired]).toEqual([0, []]);
    const alone = answered();
    alone.pending.memberDown(2);
    expect([alone.table.count, alone.told.length]).toEqual([0, 1]);
  });

  it('repairs what the first replies have shown, and the value of a later one than a missing', () => {
    const { pending, ref, repaired, told } = start({ needed: 2, isWrite: false, vnodes: three });
    pending.onGetReply(0, ref, 5, false, record(0, ''));
    pending.onGetReply(1, ref, 6, false, record(0, ''));
    pending.onGetReply(2, ref, 7, true, record(1, 'late'));
    expect([told, repaired]).toEqual([['c 7 missing 0'], [0]]);
  });

  it('does not listen beyond the limit', () => {
    const { pending, table, ref, told } = start({ needed: 1, isWrite: false, vnodes: three });
    const slot = pending.begin({ client: 'd', ticket: -1, form: 0 }, 1, false);
    pending.expect(slot, 1, 6, 1);
    pending.expect(slot, 2, 7, 1);
    pending.onGetReply(1, ref, 6, true, record(1, 'v'));
    pending.onGetReply(1, pending.refOf(slot), 6, true, record(1, 'v'));
    expect([told.length, table.count]).toEqual([2, 1]);
  });
});

describe('a request that waits', () => {
  it('ends with the second of two acknowledgements, once', () => {
    const { pending, told, ref } = start({ needed: 2, isWrite: true, vnodes: three });
    pending.onPutAck(1, ref, 6, true, false);
    expect(told).toEqual([]);
    pending.onPutAck(0, ref, 5, true, true);
    pending.onPutAck(2, ref, 7, true, false);
    pending.memberDown(2);
    pending.tick(5000);
    expect(told).toEqual(['c 7 stored existed 1']);
    expect(pending.lateReplies).toBe(1);
  });

  it('counts a member once, whether it answers twice or holds two copies', () => {
    const { pending, told, ref } = start({
      needed: 2,
      isWrite: true,
      vnodes: [
        [0, 14],
        [1, 15],
        [1, 0],
      ],
    });
    pending.onPutAck(1, ref, 15, true, false);
    pending.onPutAck(1, ref, 15, true, false);
    pending.onPutAck(1, ref, 0, true, false);
    expect(told).toEqual([]);
    pending.onPutAck(0, ref, 14, true, false);
    expect(told).toEqual(['c 7 stored 1']);
  });

  it('never counts an error, and fails when too few are left, leaving a write open', () => {
    const { pending, told, ref } = start({ needed: 2, isWrite: true, vnodes: three });
    pending.onPutAck(0, ref, 5, true, false);
    pending.onPutAck(1, ref, 6, false, false);
    expect(told).toEqual([]);
    pending.onPutAck(2, ref, 7, false, false);
    expect(told).toEqual(['c 7 failed uncertain']);
  });

  it('fails at its deadline, a get definitely', () => {
    const { pending, told, clock } = start({ needed: 1, isWrite: false, vnodes: three });
    pending.tick(999);
    expect(told).toEqual([]);
    clock.nowMs = 1000;
    pending.tick(clock.nowMs);
    expect(told).toEqual(['c 7 failed unavailable']);
  });

  it('gets the newest record, whoever answers first', () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const { pending, told, ref } = start({ needed: 3, isWrite: false, vnodes: three });
      const records = [record(1, 'old'), record(3, 'new'), undefined];
      for (const i of order)
        pending.onGetReply(i, ref, 5 + i, records[i] !== undefined, records[i] ?? emptyRecordView());
      expect(told).toEqual(['c 7 found new 1']);
    }
  });

  it('finds nothing where the newest record is a tombstone', () => {
    const { pending, told, ref } = start({ needed: 2, isWrite: false, vnodes: three });
    pending.onGetReply(0, ref, 5, true, record(1, 'old'));
    pending.onGetReply(1, ref, 6, true, record(2, '', true));
    expect(told).toEqual(['c 7 missing 1']);
  });

  it('is not answered by a reply to a former request in its slot, nor by one of the other kind', () => {
    const { pending, told, ref, table } = start({ needed: 1, isWrite: true, vnodes: three });
    pending.onPutAck(0, { slot: ref.slot, generation: ref.generation - 1 }, 5, true, false);
    pending.onPutAck(0, { slot: 99, generation: ref.generation }, 5, true, false);
    pending.onGetReply(0, ref, 5, true, record(1, 'v'));
    pending.onPutAck(0, ref, 6, true, false);
    expect(told).toEqual([]);
    expect(pending.lateReplies).toBe(4);
    pending.onPutAck(0, ref, 5, true, false);
    expect(told).toEqual(['c 7 stored 0']);
    expect(table.count).toBe(0);
    expect(table.generation[ref.slot]).toBe(ref.generation + 1);
  });

  it('fails when the members that it still needs are down', () => {
    const { pending, told } = start({ needed: 2, isWrite: false, vnodes: three });
    pending.memberDown(0);
    expect(told).toEqual([]);
    pending.memberDown(1);
    expect(told).toEqual(['c 7 failed unavailable']);
  });
});

describe('a quorum', () => {
  it('is told what is wrong with it', () => {
    expect(quorumMistake({ n: 3, r: 2, w: 2 })).toBeUndefined();
    expect(quorumMistake({ n: 0, r: 1, w: 1 })).toMatch(/^n is 0/);
    expect(quorumMistake({ n: 3, r: 4, w: 2 })).toMatch(/^r is 4.*which is 3/);
    expect(quorumMistake({ n: 3, r: 2, w: 0.5 })).toMatch(/^w is 0.5/);
  });

  it('asks for no more members than the primaries of a key are', () => {
    const owners = Int16Array.from([0, 1, 2, 0, 1, 2, 0, 0]);
    expect([...distinctOwners(owners, 3)]).toEqual([3, 3, 3, 3, 3, 2, 1, 2]);
  });
});

describe('a get of a value that ends', () => {
  const get = (expiresMs: number) => {
    const { pending, told, ref } = start({ needed: 2, isWrite: false, vnodes: three });
    pending.onGetReply(0, ref, 5, true, { ...record(2, 'newest'), expiresMs });
    pending.onGetReply(1, ref, 6, true, record(1, 'older'));
    return told;
  };

  it('finds it before that, by the clock of whoever asks', () => {
    expect(get(1001)).toEqual(['c 7 found newest 0']);
  });

  it('finds nothing from then on, and not what was there before', () => {
    expect(get(1000)).toEqual(['c 7 missing 0']);
  });
});
