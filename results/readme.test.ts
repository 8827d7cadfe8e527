import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { faultColumns, latencyColumns, scheduleColumns, summaryColumns } from './schema.js';

/** The first cells of the table under the heading that names `file`. */
function columnsUnder(text: string, file: string): string[] {
  const section = text.split('\n## ').find((part) => part.startsWith(`Columns of \`${file}\``)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
}

describe('results/README.md', () => {
  it('lists the columns of its tables as the schema has them', async () => {
    const text = await readFile(new URL('./README.md', import.meta.url), 'utf8');
    expect(columnsUnder(text, 'summary.csv')).toEqual([...summaryColumns]);
    expect(columnsUnder(text, '<label>_latencies.csv')).toEqual([...latencyColumns]);
    expect(columnsUnder(text, 'schedule.csv')).toEqual([...scheduleColumns]);
    expect(columnsUnder(text, 'faults.csv')).toEqual([...faultColumns]);
  });
});
