// Runs the compiled command line as its users do, for end-to-end tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rkv = fileURLToPath(new URL('../../bin/rkv.js', import.meta.url));

export interface EndedRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartedRun {
  child: ChildProcess;
  /** What it has printed so far. */
  output(): { stdout: string; stderr: string };
  ended: Promise<EndedRun>;
}

export function startRkv(args: readonly string[], cwd?: string): StartedRun {
  // A process group of its own: a signal meant for it must not reach the test runner.
  const child = spawn(process.execPath, [rkv, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // As CI has it: piped output must have no colours there either.
    env: { ...process.env, CI: 'true', FORCE_COLOR: undefined, NO_COLOR: undefined },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, output: () => ({ stdout, stderr }), ended };
}

export function runRkv(args: readonly string[], cwd?: string): Promise<EndedRun> {
  return startRkv(args, cwd).ended;
}

/** Waits until `condition` gives a value; rejects with what was waited for when the deadline passes. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false,
  deadlineMs = 30_000,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Calls `use` with a new folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rkv-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
