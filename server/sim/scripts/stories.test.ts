/** Tells every story of this folder, and compares what comes of it. UPDATE=1 writes that anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tellStory } from './story.js';

const folder = dirname(fileURLToPath(import.meta.url));
const stories = readdirSync(folder).filter((file) => file.endsWith('.story'));

describe('a story', { timeout: 120_000 }, () => {
  it.each(stories)('comes out as it must, and as it is written: %s', (file) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const told = tellStory(text);
    if (process.env.UPDATE === '1') writeFileSync(path, told.text);
    expect(told.mistakes).toEqual([]);
    expect(told.text).toBe(process.env.UPDATE === '1' ? told.text : text);
  });

  it('that does not come out as it must says what came instead', () => {
    const { mistakes } = tellStory('cluster nodes=1 n=1 r=1 w=1\nat 0s node1: GET k => v\n');
    expect(mistakes).toEqual(['node1: GET k: must tell "v", and tells ""']);
  });

  it('is refused where a line is none', () => {
    expect(() => tellStory('cluster nodes=1\nat 1s crush node1\n')).toThrow(/^"crush" is no action/);
    expect(() => tellStory('once upon a time\n')).toThrow(/is no line of a story/);
  });
});
