// Clusters of real rkv servers for figures: each a process of its own, which can be killed and started again on its
// ports. Everything listens on loopback and is ended by its own process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CannotMeasureError } from './figure.js';
import { freePort } from './free-port.js';

const rkv = fileURLToPath(new URL('../../../bin/rkv.js', import.meta.url));
const answerTimeoutMs = 30_000;
const startTimeoutMs = 30_000;
const pollMs = 20;
/** Requests that are sent before the first of them is answered. */
const pipelineMax = 500;

export class ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly linkPort: number;
  /** Lines of its log since it was started last. */
  logLines: string[] = [];
  readonly #flags: readonly string[];
  #child: ChildProcess | undefined;

  constructor(name: string, ports: readonly [client: number, link: number], flags: readonly string[]) {
    this.name = name;
    [this.port, this.linkPort] = ports;
    this.#flags = ['--name', name, '--port', `${ports[0]}`, '--link-port', `${ports[1]}`, ...flags];
  }

  get endpoint(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers clients. */
  async start(): Promise<void> {
    this.logLines = [];
    const child = spawn(process.execPath, [rkv, 'server', ...this.#flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let rest = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      this.logLines.push(...lines);
    });
    await until(`${this.name} answers`, startTimeoutMs, async () => {
      if (child.exitCode !== null) throw new CannotMeasureError(`${this.name}: ${this.logLines.at(-1)}`);
      return (await ask(this.port, 'PING').catch(() => undefined)) === '+PONG';
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** A line of INFO that is a number; 0 if there is none. */
  async counter(name: string): Promise<number> {
    const [, value] = new RegExp(`^${name}:(\\d+)`, 'm').exec(await ask(this.port, 'INFO')) ?? [];
    return Number(value ?? 0);
  }
}

/** So many servers that are one cluster from the start; `flagsOf` gives further flags of each. */
export async function startMembers(
  count: number,
  flagsOf: (number: number) => readonly string[],
): Promise<ServerProcess[]> {
  const names = Array.from({ length: count }, (_, i) => `node${i + 1}@127.0.0.1`);
  const ports: [number, number][] = [];
  for (const _ of names) ports.push([await freePort(), await freePort()]);
  const members = names.flatMap((name, i) => ['--member', `${name}=127.0.0.1:${ports[i]!.join('/')}`]);
  const servers = names.map((name, i) => new ServerProcess(name, ports[i]!, [...flagsOf(i), ...members]));
  await Promise.all(servers.map((server) => server.start()));
  for (const { port } of servers) await untilReady(port);
  return servers;
}

/** A server alone, which may join others. */
export async function startStranger(name: string, flags: readonly string[]): Promise<ServerProcess> {
  const server = new ServerProcess(name, [await freePort(), await freePort()], flags);
  await server.start();
  return server;
}

export async function endAll(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
}

/** Joins, plans and commits; resolves when the change has been decided. */
export async function joinAndCommit(joining: ServerProcess, member: ServerProcess): Promise<void> {
  await tell(joining.port, 'RKV.JOIN', member.endpoint);
  await until('the plan', answerTimeoutMs, async () =>
    (await tell(member.port, 'RKV.PLAN')).includes('join'),
  );
  await until('the commit', answerTimeoutMs, async () =>
    (await tell(member.port, 'RKV.COMMIT')).includes('committed'),
  );
}

/** Whether so many members are valid, and nothing is on its way to a new owner. */
export async function isSettled({ port }: ServerProcess, members: number): Promise<boolean> {
  const text = await tell(port, 'RKV.MEMBER-STATUS');
  return text.includes(`Valid:${members} /`) && text.split('  --  ').length === members + 1;
}

/** As `ask`, for a command that must not fail. */
export async function tell(port: number, ...words: string[]): Promise<string> {
  const text = await ask(port, ...words);
  if (text.startsWith('-')) throw new CannotMeasureError(`${words.join(' ')}: ${text}`);
  return text;
}

/** One command over a connection of its own, and its raw reply without the last line end. */
export async function ask(port: number, ...words: string[]): Promise<string> {
  return await pipeline(
    port,
    1,
    () => words,
    () => {},
  );
}

/** Puts so many keys `prefix0`, `prefix1`, ... with values of so many bytes; all must be acknowledged. */
export async function putKeys(port: number, count: number, valueBytes: number, prefix = ''): Promise<void> {
  const value = 'v'.repeat(valueBytes);
  await pipeline(
    port,
    count,
    (i) => ['SET', `${prefix}${i}`, value],
    (reply) => {
      if (reply !== '+OK') throw new CannotMeasureError(`a put was not acknowledged: ${reply}`);
    },
  );
}

/** Sends so many commands, some hundred ahead of their replies; gives the last reply. */
export async function pipeline(
  port: number,
  count: number,
  commandOf: (i: number) => readonly string[],
  onReply: (reply: string) => void,
): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error(`no answer in ${answerTimeoutMs} ms`)));
  try {
    await once(socket, 'connect');
    return await exchange(socket, count, commandOf, onReply);
  } finally {
    socket.destroy();
  }
}

function exchange(
  socket: Socket,
  count: number,
  commandOf: (i: number) => readonly string[],
  onReply: (reply: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let [sent, answered] = [0, 0];
    const send = () => {
      let commands = '';
      for (; sent < count && sent - answered < pipelineMax; sent++) commands += encoded(commandOf(sent));
      if (commands !== '') socket.write(commands, 'latin1');
    };
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
      try {
        let at = 0;
        for (let end = replyEnd(text, at); end > 0; end = replyEnd(text, at)) {
          const reply = text.slice(at, end - 2);
          onReply(reply);
          at = end;
          if (++answered === count) resolve(reply);
        }
        text = text.slice(at);
        if (sent - answered <= pipelineMax / 2) send();
      } catch (error) {
        reject(error);
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection ended')));
    send();
  });
}

/** Behind the reply that begins at `at`, or 0 if it is not whole yet; simple replies and bulk strings only. */
function replyEnd(text: string, at: number): number {
  const line = text.indexOf('\r\n', at);
  if (line < 0) return 0;
  if (text[at] !== '$' || text[at + 1] === '-') return line + 2;
  const end = line + 2 + Number(text.slice(at + 1, line)) + 2;
  return end <= text.length ? end : 0;
}

function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** Until a write is acknowledged there, by as many members as writes need; it leaves one key. */
async function untilReady(port: number): Promise<void> {
  await until('a write is acknowledged', startTimeoutMs, async () => {
    return (await ask(port, 'SET', 'ready?', 'yes')) === '+OK';
  });
}

/** Polls until it is so; gives the milliseconds that this took. */
export async function until(what: string, limitMs: number, isSo: () => Promise<boolean>): Promise<number> {
  const startedMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedMs > limitMs)
      throw new CannotMeasureError(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return performance.now() - startedMs;
}
