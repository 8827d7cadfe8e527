import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { benchJsonSchema } from './json-schema.js';
import { benchConfigSchema } from './schema.js';

const published = new URL('rkv-bench.schema.json', import.meta.url);

test('the published JSON schema is that of the code (UPDATE=1 writes it)', () => {
  const text = `${JSON.stringify(benchJsonSchema(), null, 2)}\n`;
  if (process.env.UPDATE === '1') writeFileSync(published, text);
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
});

test('it knows every key', () => {
  const { properties } = JSON.parse(readFileSync(published, 'utf8')) as { properties: object };
  const keys = Object.keys(benchConfigSchema.shape);
  expect(Object.keys(properties).sort()).toEqual(expect.arrayContaining([...keys].sort()));
});
