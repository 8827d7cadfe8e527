// Writes CSV files such as a run leaves, for timing the charts without running a load first.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLabel, latencyColumns, summaryColumns } from '../../results/schema.js';

const operations = ['get_own_puts', 'put', 'get'];

/** `rows` windows of one second each, made up but plausible, always the same. */
export async function writeSampleRun(folder: string, rows: number): Promise<void> {
  const summary = [summaryColumns.join(', ')];
  const latencies = operations.map(() => [latencyColumns.join(', ')]);
  for (let row = 1; row <= rows; row++) {
    const elapsed = `${row}.000${row % 10}, 1.000${row % 7}`;
    const wave = Math.round(100 * Math.sin(row / 5));
    summary.push(`${elapsed}, ${30_000 + 30 * wave}, ${30_000 + 30 * wave}, 0`);
    latencies.forEach((lines, index) => {
      const p50 = 80 + 20 * index + Math.round(wave / 10);
      const tail = [p50 * 2, p50 * 4, p50 * 9, p50 * 15 + 40 * row];
      lines.push(
        `${elapsed}, ${10_000 + 10 * wave}, 40, ${(p50 * 1.1).toFixed(1)}, ${p50}, ${tail.join(', ')}, 0`,
      );
    });
  }
  await writeFile(join(folder, 'summary.csv'), `${summary.join('\n')}\n`);
  for (const [index, operation] of operations.entries()) {
    await writeFile(
      join(folder, `${fileLabel(operation)}_latencies.csv`),
      `${latencies[index]!.join('\n')}\n`,
    );
  }
}
