// House rules that a compiler does not know: which room may use which, and that the pure core touches no
// clock, chance, network or disk. A failure names the file, the rule, and what to do instead.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rooms = ['server', 'bench', 'drivers', 'charts', 'results', 'bin'];

/** Rooms whose code decides; what happens in them depends on their arguments alone. */
const pureRooms = [
  'server/ring',
  'server/membership',
  'server/object',
  'server/storage',
  'server/resp',
  'server/link',
  'server/vnode',
  'server/request',
  'server/handoff',
  'server/coverage',
  'server/anti-entropy',
  'server/reaping',
  'server/node',
  'bench/random',
  'bench/generators',
  'bench/schedule',
  'bench/statistics',
  'bench/metrics',
  'bench/verify',
  'bench/faults',
  'bench/trace',
];
const pureImports = new Set([
  'node:assert/strict',
  'node:crypto',
  'vitest',
  'fast-check',
  'hdr-histogram-js',
  'zod',
]);
/** Inside a pure room, the engines that touch the disk; whoever composes a node chooses one. */
const edgesInside = ['server/storage/lmdb/'];
const impure =
  /\b(Date|performance|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|process|console)\b(?!['":-])/;

/** From a folder to the folders that its files must not import, and what to do instead. */
const walls: readonly { from: string; notTo: string[]; instead: string }[] = [
  { from: 'charts', notTo: ['bench', 'server', 'drivers'], instead: 'charts know results/ only' },
  {
    from: 'results',
    notTo: ['bench', 'server', 'drivers', 'charts'],
    instead: 'results/ is the contract, below all',
  },
  {
    from: 'drivers',
    notTo: ['charts', 'results', 'bench/run', 'bench/config', 'bench/output'],
    instead: 'use bench/driver.ts',
  },
  { from: 'server', notTo: ['bench', 'drivers', 'charts', 'results'], instead: 'the server knows nobody' },
  {
    from: 'server/ring',
    notTo: ['server/node', 'server/request', 'server/vnode', 'server/edge', 'server/cli'],
    instead: 'lower layers know no higher ones',
  },
  {
    from: 'server/storage',
    notTo: ['server/node', 'server/request', 'server/vnode', 'server/edge', 'server/cli'],
    instead: 'lower layers know no higher ones',
  },
  {
    from: 'server/request',
    notTo: ['server/node', 'server/edge', 'server/cli'],
    instead: 'pass it in as an argument',
  },
  {
    from: 'server/vnode',
    notTo: ['server/node', 'server/edge', 'server/cli'],
    instead: 'pass it in as an argument',
  },
  {
    from: 'server/coverage',
    notTo: ['server/request', 'server/node', 'server/edge', 'server/cli'],
    instead: 'pass it in as an argument',
  },
  {
    from: 'server/node',
    notTo: ['server/edge', 'server/cli'],
    instead: 'effects come in through the environment',
  },
];
/** The only files that may pass a wall, each with its reason. */
const doors: Readonly<Record<string, string>> = {
  'drivers/rkv.ts': 'server',
  'bench/run/bundled-cluster.ts': 'server',
  'bench/run/draw-charts.ts': 'charts',
};

interface SourceFile {
  path: string;
  text: string;
  imports: string[];
}

const files = rooms.flatMap((room) => sourceFiles(join(root, room)));

describe('the layout', () => {
  test('has sources in every room', () => {
    for (const room of rooms)
      expect(
        files.some(({ path }) => path.startsWith(`${room}/`)),
        room,
      ).toBe(true);
  });

  test('keeps rooms from importing what they must not know', () => {
    const broken = files.flatMap(({ path, imports }) =>
      walls
        .filter(({ from }) => path.startsWith(`${from}/`))
        .flatMap(({ notTo, instead }) =>
          imports
            .filter((imported) => notTo.some((wall) => imported.startsWith(`${wall}/`)))
            .filter((imported) => !imported.startsWith(`${doors[path] ?? '-'}/`))
            .map((imported) => `${path} imports ${imported}: ${instead}`),
        ),
    );
    expect(broken).toEqual([]);
  });

  test('lets only the two doors of bench and drivers lead to the server', () => {
    const through = files
      .filter(({ path }) => path.startsWith('bench/') || path.startsWith('drivers/'))
      .filter(({ imports }) => imports.some((imported) => imported.startsWith('server/')))
      .map(({ path }) => path);
    expect(through.filter((path) => doors[path] !== 'server' && !path.endsWith('.test.ts'))).toEqual([]);
  });

  test('calls no file util, helpers, common, misc or types', () => {
    expect(files.filter(({ path }) => /\/(utils?|helpers?|common|misc|types)\.ts$/.test(path))).toEqual([]);
  });

  test('keeps files short enough to hold one idea', () => {
    const long = files.filter(
      ({ path, text }) => !path.endsWith('.test.ts') && text.split('\n').length > 400,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the pure core', () => {
  const pure = files.filter(
    ({ path }) =>
      pureRooms.some((room) => path.startsWith(`${room}/`)) &&
      !edgesInside.some((edge) => path.startsWith(edge)) &&
      !path.endsWith('.test.ts'),
  );

  test('exists', () => {
    for (const room of pureRooms)
      expect(
        pure.some(({ path }) => path.startsWith(`${room}/`)),
        room,
      ).toBe(true);
  });

  test('imports nothing that reaches the machine', () => {
    const reaching = pure.flatMap(({ path, text }) =>
      [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^'.][^']*)'/gm)]
        .map(([, name]) => name!)
        .filter((name) => !pureImports.has(name))
        .map((name) => `${path} imports ${name}: take it as an argument`),
    );
    expect(reaching).toEqual([]);
  });

  test('takes clock, chance and timers as arguments', () => {
    const reaching = pure.flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line, index) => (impure.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(reaching).toEqual([]);
  });
});

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folder === join(root, 'results') ? [] : sourceFiles(path);
    if (!entry.name.endsWith('.ts')) return [];
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)].map(([, to]) =>
      relative(root, normalize(join(dirname(path), to!)))
        .split(sep)
        .join('/'),
    );
    return [{ path: relative(root, path).split(sep).join('/'), text, imports }];
  });
}

/** The same lines with comments and strings blanked, so that prose may speak of clocks. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, (literal) => literal.replace(/[^\n]/g, ' '))
    .replace(/\/\/.*$/gm, '');
}
