/**
 * The layers of the server, and what pure means, as a test: a lower layer never imports a higher one, and the
 * core reads no clock, no chance, no file and no socket. A failure names the rule and what to do instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandSpecs } from './node/command-specs.js';
import { productVersion } from './node/index.js';
import { failureText } from './node/reply-form.js';
import { type FailureCode, RequestOutcome } from './request/index.js';

const root = dirname(fileURLToPath(import.meta.url));

/** Layers from low to high: a room imports from its own layer and those below. Files of the root are rooms. */
const layers: readonly (readonly string[])[] = [
  ['byte-range', 'server-error'],
  ['ring', 'object', 'storage', 'membership'],
  ['resp', 'link'],
  ['vnode', 'request', 'coverage', 'handoff', 'anti-entropy', 'reaping', 'claimant'],
  ['node'],
];
const edgeLayer = layers.length;

/** Only the core is held to purity; tests and what is for them are free. */
const pureModules = ['node:assert/strict', 'node:crypto', 'zod'];
const impureWords: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b(?!\.UTC)/, 'take the wall clock as an argument'],
  [/\bperformance\b/, 'take a monotonic clock as an argument'],
  [/\bMath\.random\b/, 'take chance as an argument'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'let the owner call a tick'],
  [/\bprocess\./, 'take settings as arguments'],
  [/\bconsole\./, 'log through the environment'],
];

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\/|conformance/.test(file))
  .map((file) => ({ file, room: roomOf(file), text: readFileSync(join(root, file), 'utf8') }));

function roomOf(file: string): string {
  // The durable engine stands beside the storage contract, and touches the disk: a room of the edge.
  if (file.startsWith('storage/lmdb/')) return 'storage/lmdb';
  return file.split('/')[0]!.replace(/\.(ts|js)$/, '');
}

function layerOf(room: string): number {
  const layer = layers.findIndex((rooms) => rooms.includes(room));
  return layer < 0 ? edgeLayer : layer;
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|^import '([^']+)'/gm)].map(
    (match) => match[1] ?? match[2]!,
  );
}

describe('the layers of the server', () => {
  it.each(files)('hold in $file', ({ file, room, text }) => {
    const mistakes: string[] = [];
    for (const imported of importsOf(text)) {
      if (imported.startsWith('.')) {
        const target = roomOf(relative(root, resolve(root, dirname(file), imported)));
        if (layerOf(target) > layerOf(room))
          mistakes.push(`imports ${target}, which is a higher layer: take what it gives as an argument`);
      } else if (layerOf(room) < edgeLayer && !pureModules.includes(imported)) {
        mistakes.push(`imports ${imported}: the core imports only ${pureModules.join(', ')}`);
      }
    }
    if (layerOf(room) < edgeLayer) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'[^'\n]*'|`[^`]*`/g, "''");
      for (const [word, instead] of impureWords)
        if (word.test(code)) mistakes.push(`uses ${word}: ${instead}`);
    }
    expect(mistakes).toEqual([]);
  });
});

describe('the docs of the server', () => {
  it('name every command that is served, and no other', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const table = readme.slice(readme.indexOf('| command | of rkv |'), readme.indexOf('When one of several'));
    const ofRedis = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell]) => [
      ...cell!.matchAll(/`([A-Z]+)[^`.]*`/g),
    ]);
    const ofOurs = [...readme.matchAll(/^\|.*/gm)].flatMap(([row]) => [...row.matchAll(/`(RKV\.[A-Z-]+)/g)]);
    const named = [...ofRedis, ...ofOurs].map(([, name]) => name!.toLowerCase());
    expect([...new Set(named)].sort()).toEqual(commandSpecs.map(({ name }) => name).sort());
  });

  it('explain every error that a request can end with', () => {
    const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const codes = [
      'busy',
      'unavailable',
      'storage-full',
      'uncertain',
    ] as const satisfies readonly FailureCode[];
    for (const code of codes) {
      const word = failureText(Object.assign(new RequestOutcome(), { code })).split(' ')[0]!;
      expect(architecture).toContain(`\n| \`${word}\` |`);
    }
  });
});

describe('the version that the server tells', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, '..', 'package.json'), 'utf8'));
    expect(productVersion).toBe(version);
  });
});
