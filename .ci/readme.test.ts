// What the README shows must be what there is.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

describe('README.md', () => {
  test('shows the template driver as it is', () => {
    const template = readFileSync(new URL('drivers/template.ts', root), 'utf8')
      .replace("'../bench/driver.js'; // in your own file: from 'rkv'", "'rkv';")
      .replace(/^(?:\/\/.*\n)+/, '')
      .trimEnd();
    expect(readme).toContain(`\`\`\`ts\n${template}\n\`\`\``);
  });

  test('shows a driver of thirty lines', () => {
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  test('leads to files that exist', () => {
    const paths = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
  });

  test('is short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(150);
  });
});
