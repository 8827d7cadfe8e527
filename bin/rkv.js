#!/usr/bin/env node
// The shim that npm links. It is plain JavaScript and committed with its run bit, so that the command
// exists before dist/ does; everything else lives in bin/main.ts.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const main = new URL('../dist/bin/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) {
  // Loading the modules would make V8's young generation grow to 25 MB, and a run that allocates little keeps it to its
  // end. Once they are loaded, main.ts lets it grow as usual.
  setFlagsFromString('--semi-space-growth-factor=1');
  await import(main.href);
} else {
  console.error('rkv: not built yet; run "npm ci" (or "npm run build") in the rkv folder first.');
  process.exit(2);
}
