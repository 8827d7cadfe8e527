// The programs that figures are measured with: Redis and its benchmark as peers, rkv as its users start it.
// Everything listens on loopback, is bounded in operations or time, and is ended by its own process id.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Results } from '../../results/schema.js';
import { CannotMeasureError } from './figure.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);
const rkv = fileURLToPath(new URL('../../../bin/rkv.js', import.meta.url));
const startTimeoutMs = 15_000;
/** Pieces of a program's standard error that are kept. */
const toldMax = 20;

export interface RunningServer {
  port: number;
  pid: number;
  close(): Promise<void>;
}

export async function startRedis(more: readonly string[] = []): Promise<RunningServer> {
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...more];
  return startServer('redis-server', flags, port);
}

/** One rkv node without replication, alone on its ring. */
export async function startRkvServer(
  more: readonly string[] = [],
  name = 'perf@127.0.0.1',
): Promise<RunningServer> {
  const port = await freePort();
  const linkPort = await freePort();
  const own = ['--name', name, '--port', String(port), '--link-port', String(linkPort), '--n', '1'];
  const flags = [...own, ...more];
  return startServer(process.execPath, [rkv, 'server', ...flags], port);
}

export interface RedisBenchmarkRun {
  /** Requests per second of each test, for example `SET` and `GET`. */
  opsPerSecond: Record<string, number>;
  /** CPU time of the benchmark, user and system, per request. */
  cpuUsPerOp: number;
}

/** Runs `redis-benchmark -t set,get -d 100 -r 100000` with further flags, which win; `requests` per test. */
export async function redisBenchmark(
  port: number,
  requests: number,
  flags: readonly string[],
): Promise<RedisBenchmarkRun> {
  const all = ['-p', port, '-t', 'set,get', '-d', 100, '-r', 100_000, '-n', requests, '--csv', ...flags];
  // The shell's `times` knows what its children have used; Node.js tells only of itself.
  const script = `redis-benchmark ${all.join(' ')} && times`;
  const { stdout } = await run('sh', ['-c', script]).catch((error: Error) => {
    throw new CannotMeasureError(`redis-benchmark failed: ${error.message}`);
  });
  const opsPerSecond: Record<string, number> = {};
  for (const [, test = '', rate = ''] of stdout.matchAll(/^"([A-Z]+)","([\d.]+)"/gm))
    opsPerSecond[test] = Number(rate);
  const times = stdout.trim().split('\n').at(-1) ?? '';
  const cpuSeconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  const tests = Object.keys(opsPerSecond).length;
  if (tests === 0 || cpuSeconds === 0)
    throw new CannotMeasureError(`redis-benchmark printed no figures: ${stdout}`);
  return { opsPerSecond, cpuUsPerOp: (cpuSeconds * 1e6) / (tests * requests) };
}

/** Stores about a million keys of 100 bytes and gives the resident memory per key that this took, in bytes. */
export async function bytesPerKey({ port, pid }: RunningServer, keys: number): Promise<number> {
  const before = await residentBytes(pid);
  // Three times as many draws as keys reach 95 of a hundred; the server says how many there are.
  await run(
    'redis-benchmark',
    ['-p', port, '-t', 'set', '-d', 100, '-r', keys, '-n', 3 * keys, '-P', 16, '-q'].map(String),
  );
  const { stdout } = await run('redis-cli', ['-p', String(port), 'DBSIZE']);
  const stored = Number(stdout);
  if (!(stored > keys / 2))
    throw new CannotMeasureError(`the server has ${stdout.trim()} keys instead of about ${keys}`);
  return ((await residentBytes(pid)) - before) / stored;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(status) ?? [];
  if (kilobytes === undefined)
    throw new CannotMeasureError('this system does not tell resident memory in /proc');
  return Number(kilobytes) * 1024;
}

/** Runs `rkv bench run` in a folder of its own and gives its results. */
export async function rkvBench(flags: readonly string[]): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-'));
  try {
    return await rkvBenchInto(folder, flags);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `rkv bench run` and gives its results; the files of the run are in `current` of the folder, which is kept. */
export async function rkvBenchInto(folder: string, flags: readonly string[]): Promise<Results> {
  const all = [rkv, 'bench', 'run', '--json', '--quiet', '--no-charts', '--results', folder, ...flags];
  const { stdout } = await run(process.execPath, all, { maxBuffer: 2 ** 26 }).catch((error: Error) => {
    throw new CannotMeasureError(`rkv bench run failed: ${error.message}`);
  });
  return JSON.parse(stdout) as Results;
}

async function startServer(command: string, flags: string[], port: number): Promise<RunningServer> {
  const child = spawn(command, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let failure: string | undefined;
  // What it tells is kept for the case that it does not start.
  const told: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.push(text);
    told.splice(0, told.length - toldMax);
  });
  child.once('error', (error) => {
    failure = `${command} cannot be started (${error.message}); install it first`;
  });
  child.once('exit', (code) => {
    failure ??= `${command} ended with code ${code} before it could be measured: ${told.join('')}`;
  });
  const deadlineMs = performance.now() + startTimeoutMs;
  while (!(await accepts(port))) {
    if (failure !== undefined) throw new CannotMeasureError(failure);
    if (performance.now() > deadlineMs) {
      await end(child);
      throw new CannotMeasureError(`${command} did not listen on port ${port} within ${startTimeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { port, pid: child.pid!, close: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
