// Compiles the TypeScript sources into dist/. With --if-possible (npm's `prepare`) it does nothing
// when the compiler is absent, so that `npm install --omit=dev` of a packed rkv works.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function compiler() {
  try {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
    return join(dirname(manifest), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

const tsc = compiler();
if (tsc === undefined || !existsSync(join(root, 'tsconfig.json'))) {
  if (process.argv.includes('--if-possible')) process.exit(0);
  console.error('rkv: TypeScript is not installed here; run "npm ci" first, then "npm run build".');
  process.exit(2);
}
rmSync(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
  stdio: 'inherit',
});
process.exit(status ?? 2);
