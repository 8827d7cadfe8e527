import { expect, it } from 'vitest';
import { type LogOptions, logLines } from './log-lines.js';

function written(options: LogOptions): string[] {
  const lines: string[] = [];
  const log = logLines('node1@host', { ...options, write: (line) => lines.push(line) });
  log({ level: 'info', event: 'link-up', member: 'node2@host' });
  log({ level: 'warn', event: 'client-not-reading', client: 7, why: 'reads "nothing"\nat all' });
  return lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/, 'TIME'));
}

it('a log event is a line of JSON', () => {
  expect(written({})).toEqual([
    '{"time":"TIME","node":"node1@host","level":"info","event":"link-up","member":"node2@host"}\n',
    '{"time":"TIME","node":"node1@host","level":"warn","event":"client-not-reading","client":7,"why":"reads \\"nothing\\"\\nat all"}\n',
  ]);
});

it('or a line of text, whatever is in it', () => {
  expect(written({ format: 'text' })).toEqual([
    'TIME INFO  node1@host link-up member=node2@host\n',
    'TIME WARN  node1@host client-not-reading client=7 why="reads \\"nothing\\"\\nat all"\n',
  ]);
});

it('and left out below the level that is asked for', () => {
  expect(written({ level: 'warn' })).toHaveLength(1);
  expect(written({ level: 'error' })).toEqual([]);
  expect(written({ level: 'debug' })).toHaveLength(2);
});
