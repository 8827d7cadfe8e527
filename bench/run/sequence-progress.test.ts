import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFolder } from '../testing/run-rkv.js';
import { SequenceProgress } from './sequence-progress.js';

test('a sequence’s progress is kept per worker and read again', async () => {
  await withFolder(async (folder) => {
    const state = join(folder, 'state');
    const first = new SequenceProgress(state, [3, 5]);
    expect(first.workers.map(({ resumeAt }) => resumeAt)).toEqual([0, 0]);
    first.workers[1]!.reached(1234);
    first.close();
    expect(readFileSync(join(state, '5'), 'utf8')).toBe('1234\n');
    const second = new SequenceProgress(state, [5, 3]);
    expect(second.workers.map(({ resumeAt }) => resumeAt)).toEqual([1234, 0]);
    second.close();
  });
});

test('what is no progress is none', async () => {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, '1'), 'rubbish');
    const progress = new SequenceProgress(folder, [1]);
    expect(progress.workers[0]!.resumeAt).toBe(0);
    progress.close();
  });
});
