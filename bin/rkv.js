#!/usr/bin/env node
// The shim that npm links. It is plain JavaScript and committed with its run bit, so that the command
// exists before dist/ does; everything else lives in bin/main.ts.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/bin/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  console.error('rkv: not built yet; run "npm ci" (or "npm run build") in the rkv folder first.');
  process.exit(2);
}
