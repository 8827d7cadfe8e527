import { describe, expect, test } from 'vitest';
import { Xoshiro128 } from '../random/index.js';
import { checkHistory } from './check-history.js';
import {
  earlierValueId,
  History,
  type HistoryOperation,
  kindDelete,
  kindPut,
  kindRead,
  sawNothing,
  valueId,
} from './history.js';
import { searchOrder } from './search-order.js';

const put = (
  worker: number,
  sequence: number,
  callUs: number,
  returnUs: number,
  key = 1,
): HistoryOperation => ({
  kind: kindPut,
  worker,
  key,
  value: valueId(worker, sequence),
  callUs,
  returnUs,
});
const read = (
  worker: number,
  value: number,
  callUs: number,
  returnUs: number,
  key = 1,
): HistoryOperation => ({
  kind: kindRead,
  worker,
  key,
  value,
  callUs,
  returnUs,
});
const remove = (worker: number, callUs: number, returnUs: number): HistoryOperation => ({
  kind: kindDelete,
  worker,
  key: 1,
  value: sawNothing,
  callUs,
  returnUs,
});

function historyOf(operations: readonly HistoryOperation[]): History {
  const history = new History(Math.max(2, operations.length));
  for (const operation of operations) history.add(operation);
  return history;
}

function check(...operations: HistoryOperation[]) {
  const { counts, ...rest } = checkHistory(historyOf(operations), { auditor: 99 });
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return { found: Object.fromEntries(found), ...rest };
}

describe('a history of one key', () => {
  test('where there are deletes, sessions and losses are told as far as a delete leaves no doubt', () => {
    // Nobody had deleted the key yet when its writer found nothing.
    const early = check(put(1, 1, 0, 1), read(1, sawNothing, 2, 3), remove(2, 4, 5));
    expect(early.found).toMatchObject({ 'read-your-writes': 1 });
    // A delete that ran at the same time, or whose outcome nobody knows, explains it.
    expect(check(put(1, 1, 0, 1), remove(2, 1, 9), read(1, sawNothing, 2, 3)).found).toEqual({});
    const unknown = remove(2, 0.5, Number.POSITIVE_INFINITY);
    expect(check(put(1, 1, 0, 1), unknown, read(1, sawNothing, 2, 3)).found).toEqual({});
    // A value that comes back after its delete, seen at the end by the auditor.
    const back = check(put(1, 1, 0, 1), remove(2, 2, 3), read(99, valueId(1, 1), 10, 11));
    expect(back.found).toMatchObject({ 'lost-write': 1 });
    expect(back.examples.find(({ kind }) => kind === 'lost-write')!.atSeconds).toBeCloseTo(3e-6);
    // A write after the delete that is gone at the end, and one that was deleted after all.
    const gone = check(remove(2, 0, 1), put(1, 1, 2, 3), read(99, sawNothing, 10, 11));
    expect(gone.found).toMatchObject({ 'lost-write': 1 });
    expect(check(put(1, 1, 0, 1), remove(2, 2, 3), read(99, sawNothing, 10, 11)).found).toEqual({});
    // What a session saw after nothing is measured by no delete in particular.
    const again = [remove(2, 0, 1), read(3, sawNothing, 2, 3), put(1, 1, 1, 9), read(3, valueId(1, 1), 4, 5)];
    expect(check(...again).found).toEqual({});
  });

  test('without a mistake has none', () => {
    const result = check(
      read(1, sawNothing, 0, 1),
      put(1, 1, 2, 4),
      read(2, valueId(1, 1), 3, 5),
      put(2, 1, 6, 9),
      read(1, valueId(1, 1), 7, 8),
      read(1, valueId(2, 1), 8.5, 10),
    );
    expect(result).toMatchObject({
      found: {},
      keys: 1,
      reads: 4,
      writes: 2,
      undecidedKeys: 0,
      sampledOneIn: 1,
    });
    expect(result.staleness.staleReads).toBe(0);
  });

  test('a value that nobody wrote is a phantom, and one read too early', () => {
    expect(check(put(1, 1, 0, 1), read(2, valueId(3, 3), 2, 3)).found).toEqual({ phantom: 1 });
    expect(check(read(2, valueId(1, 1), 0, 1), put(1, 1, 2, 3)).found).toEqual({ phantom: 1 });
  });

  test('a value from before the run is what the key held at first, and there is only one', () => {
    const [old, other] = [earlierValueId(1, 7), earlierValueId(1, 8)];
    expect(check(read(1, old, 0, 1), read(2, old, 2, 3)).found).toEqual({});
    expect(check(read(1, old, 0, 1), read(2, other, 2, 3)).found).toEqual({ phantom: 1 });
    expect(check(read(1, sawNothing, 0, 1), read(2, old, 2, 3)).found).toEqual({ phantom: 1 });
  });

  test('a worker must see its own write', () => {
    const { found, staleness } = check(put(1, 1, 0, 1), put(1, 2, 2, 3), read(1, valueId(1, 1), 4000, 4001));
    expect(found).toEqual({ 'read-your-writes': 1, 'not-linearizable': 1 });
    expect(staleness).toEqual({ staleReads: 1, agesMs: [3.997], versionsBehind: [1] });
  });

  test('a write that is not known to have taken effect need not be seen, and may be', () => {
    const unknown = put(1, 1, 0, Number.POSITIVE_INFINITY);
    expect(check(unknown, read(1, sawNothing, 5, 6)).found).toEqual({});
    expect(check(unknown, read(1, valueId(1, 1), 5, 6), read(1, valueId(1, 1), 7, 8)).found).toEqual({});
    // But once seen it stays.
    const gone = check(unknown, read(2, valueId(1, 1), 5, 6), read(2, sawNothing, 7, 8));
    expect(gone.found).toEqual({ 'monotonic-reads': 1, 'not-linearizable': 1 });
  });

  test('reads must not go back in time', () => {
    const { found } = check(
      put(1, 1, 0, 1),
      put(2, 1, 2, 3),
      read(3, valueId(2, 1), 4, 5),
      read(3, valueId(1, 1), 6, 7),
    );
    expect(found).toEqual({ 'monotonic-reads': 1, 'not-linearizable': 1 });
  });

  test('what the last reads do not find is lost', () => {
    const { found, examples } = check(put(1, 1, 0, 1), put(1, 2, 2, 3), read(99, sawNothing, 9, 10));
    expect(found).toEqual({ 'lost-write': 1, 'not-linearizable': 1 });
    expect(examples.find(({ kind }) => kind === 'lost-write')!.detail).toContain(
      'older than 2 acknowledged writes',
    );
  });

  test('deletes are explained by a search, or said to be too many', () => {
    const fine = [put(1, 1, 0, 1), remove(1, 2, 3), read(2, sawNothing, 4, 5)];
    expect(check(...fine).found).toEqual({});
    expect(check(...fine, read(2, valueId(1, 1), 6, 7)).found).toEqual({ 'not-linearizable': 1 });
    const many = Array.from({ length: 101 }, (_, i) => [
      put(1, i + 1, 4 * i, 4 * i + 1),
      remove(1, 4 * i + 2, 4 * i + 3),
    ]);
    expect(check(...many.flat())).toMatchObject({ found: {}, undecidedKeys: 1 });
  });
});

describe('the check without a search', () => {
  test('agrees with trying every order, on 100,000 small histories', () => {
    const random = new Xoshiro128([1, 2, 3]);
    const below = (limit: number): number => Math.floor((random.next() / 2 ** 32) * limit);
    const outcomes = { found: 0, none: 0 };
    for (let round = 0; round < 100_000; round++) {
      const operations = randomHistory(below);
      const history = historyOf(operations);
      const { counts } = checkHistory(history, { auditor: -1 });
      const isFine = counts.phantom === 0 && counts['not-linearizable'] === 0;
      const expected = canBeOrdered(operations);
      outcomes[expected ? 'found' : 'none']++;
      if (isFine !== expected) expect.fail(`round ${round}: ${isFine} for ${JSON.stringify(operations)}`);
      const isSession = counts['read-your-writes'] + counts['monotonic-reads'] > 0;
      // What breaks a session breaks linearizability too.
      if (isSession && expected) expect.fail(`round ${round}: a session, in ${JSON.stringify(operations)}`);
    }
    // Neither kind is rare, or the agreement would mean little.
    expect(Math.min(outcomes.found, outcomes.none)).toBeGreaterThan(20_000);
  }, 120_000);

  test('agrees with the search that takes deletes', () => {
    const random = new Xoshiro128([4, 5, 6]);
    const below = (limit: number): number => Math.floor((random.next() / 2 ** 32) * limit);
    for (let round = 0; round < 5000; round++) {
      const operations = randomHistory(below).sort((a, b) => a.callUs - b.callUs);
      if (below(2) === 0) operations.splice(below(operations.length), 1, remove(7, below(9), 9 + below(9)));
      operations.sort((a, b) => a.callUs - b.callUs);
      const order = Int32Array.from(operations.keys());
      const result = searchOrder(historyOf(operations), order, 0, operations.length);
      expect(result, JSON.stringify(operations)).toBe(canBeOrdered(operations) ? 'found' : 'none');
    }
  });
});

/** Two to six operations of workers that each do one at a time, on times that are often equal. */
function randomHistory(below: (limit: number) => number): HistoryOperation[] {
  const count = 2 + below(5);
  const free = [0, 0, 0];
  const written: number[] = [];
  const operations: HistoryOperation[] = [];
  for (let i = 0; i < count; i++) {
    const worker = below(3);
    const callUs = free[worker]! + below(4);
    const returnUs = callUs + 1 + below(5);
    free[worker] = returnUs + 1;
    if (below(2) === 0) {
      const unknown = below(5) === 0;
      if (unknown) free[worker] = returnUs + 3;
      operations.push(put(worker, i + 1, callUs, unknown ? Number.POSITIVE_INFINITY : returnUs));
      written.push(valueId(worker, i + 1));
    } else {
      const value = written.length === 0 || below(4) === 0 ? sawNothing : written[below(written.length)]!;
      operations.push(read(worker, value, callUs, returnUs));
    }
  }
  return operations;
}

/** Tries every order that respects the times; the plainest thing that is right. */
function canBeOrdered(operations: readonly HistoryOperation[], held = sawNothing): boolean {
  if (operations.every(({ returnUs }) => returnUs === Number.POSITIVE_INFINITY)) return true;
  return operations.some((next, index) => {
    const rest = operations.filter((_, other) => other !== index);
    if (rest.some(({ returnUs }) => returnUs < next.callUs)) return false;
    if (next.kind === kindRead) return next.value === held && canBeOrdered(rest, held);
    return canBeOrdered(rest, next.value);
  });
}

describe('a history that is too long for its memory', () => {
  test('gives up keys as wholes, and says how many it stands for', () => {
    const history = new History(1000);
    for (let round = 0; round < 100; round++)
      for (let key = 0; key < 100; key++) history.add(put(1, round * 100 + key + 1, round, round + 0.5, key));
    expect(history.offered).toBe(10_000);
    expect(history.count).toBeLessThanOrEqual(1000);
    expect(history.sampledOneIn).toBeGreaterThanOrEqual(16);
    const { keys, writes } = checkHistory(history, { auditor: -1 });
    expect(writes).toBe(keys * 100);
  });
});
