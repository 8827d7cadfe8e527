import { expect, test } from 'vitest';
import { ViolationList } from './violation-list.js';

test('all violations are counted; kept are the first, and every tenth of a second in which there were any', () => {
  const list = new ViolationList();
  let asked = 0;
  const detail = (): string => `number ${++asked}`;
  for (let i = 0; i < 5000; i++) list.add('monotonic-reads', i, i / 1000, detail);
  list.add('lost-write', 7, 0.5, detail);
  expect(list.counts).toMatchObject({ 'monotonic-reads': 5000, 'lost-write': 1, phantom: 0 });
  const reads = list.kept.filter(({ kind }) => kind === 'monotonic-reads');
  expect(new Set(reads.map(({ atSeconds }) => Math.floor(atSeconds * 10))).size).toBe(50);
  expect(reads.length).toBe(20 + 49);
  expect(asked).toBe(list.kept.length);
  const times = list.kept.map(({ atSeconds }) => atSeconds);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
