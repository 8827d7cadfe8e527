// How long clients of a cluster of three notice that one of its servers was killed: from kill -9 to the end of
// the last request that failed. Half of the clients were connected to the server that dies, and go to another.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.js';

const rkv = fileURLToPath(new URL('../../../bin/rkv.js', import.meta.url));
const clients = 8;

interface Member {
  host: string;
  clientPort: number;
  pid: number;
}

interface Observed {
  failedAtMs: number[];
  wrongReads: number;
  done: number;
}

export const failureWindow: Figure = {
  id: 'kill',
  title: 'three nodes, n=3 r=2 w=2, kill -9 of one under load: to the last failed request',
  target: { kind: 'at most', value: 1 },
  unit: 's',
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const cluster = await startCluster();
      try {
        const observed: Observed = { failedAtMs: [], wrongReads: 0, done: 0 };
        const load = { isStopping: false };
        const running = Array.from({ length: clients }, (_, i) => run(i, cluster.members, observed, load));
        await pause(isQuick ? 500 : 2000);
        const killedMs = performance.now();
        process.kill(cluster.members[2]!.pid, 'SIGKILL');
        await pause(isQuick ? 1500 : 4000);
        load.isStopping = true;
        await Promise.all(running);
        const { failedAtMs, wrongReads, done } = observed;
        if (wrongReads > 0) throw new Error(`${wrongReads} reads missed the write before them`);
        const lastMs = Math.max(0, ...failedAtMs.map((atMs) => atMs - killedMs));
        return { value: lastMs / 1000, detail: `${failedAtMs.length} failed of ${done + failedAtMs.length}` };
      } finally {
        await cluster.close();
      }
    },
    close: async () => {},
  }),
};

/** Writes and reads keys of its own, one request at a time; after a failure at the next node. */
async function run(
  number: number,
  members: readonly Member[],
  observed: Observed,
  load: { isStopping: boolean },
): Promise<void> {
  let node = number % 2 === 0 ? 2 : number % 4 === 1 ? 0 : 1;
  let socket: Socket | undefined;
  for (let i = 0; !load.isStopping; i++) {
    try {
      socket ??= await open(members[node]!);
      const key = `c${number}k${i % 100}`;
      if ((await ask(socket, `SET ${key} v${i}`)) !== '+OK')
        throw new Error('the write was not acknowledged');
      const read = await ask(socket, `GET ${key}`);
      if (read.startsWith('-')) throw new Error(read);
      if (!read.endsWith(`v${i}`)) observed.wrongReads++;
      observed.done += 2;
    } catch {
      observed.failedAtMs.push(performance.now());
      socket?.destroy();
      socket = undefined;
      node = (node + 1) % members.length;
    }
  }
  socket?.destroy();
}

async function open({ host, clientPort }: Member): Promise<Socket> {
  const socket = connect({ host, port: clientPort, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One inline command, and its reply without the last line end. */
function ask(socket: Socket, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (finish: () => void) => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      finish();
    };
    socket.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\r\n').length - 1;
      const isWhole = text.startsWith('$') && !text.startsWith('$-1') ? lines === 2 : lines === 1;
      if (isWhole) end(() => resolve(text.slice(0, -2)));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('the connection ended'))));
    socket.write(`${command}\r\n`);
  });
}

async function startCluster(): Promise<{ members: Member[]; close(): Promise<void> }> {
  const child = spawn(process.execPath, [rkv, 'cluster', '--nodes', '3', '--base-port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const members = await new Promise<Member[]>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve((JSON.parse(text) as { members: Member[] }).members);
    });
    child.once('exit', (code) => reject(new Error(`rkv cluster ended with ${code}`)));
  });
  return {
    members,
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
