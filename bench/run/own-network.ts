// A network of one's own: where Linux lets us, rkv starts itself once more in a network namespace that only it and its
// servers are in, and there parts servers from each other with packet filters. Nothing of the machine's network is
// touched, and when the last process has ended, however it ended, the kernel takes all of it away.
import { spawn, spawnSync } from 'node:child_process';
import type { Undo } from './fault-runner.js';

/** Set in the process that runs in a network of its own. */
const mark = 'RKV_OWN_NETWORK';
const table = 'rkv';

/** A command line that is run with a loopback interface and nothing else; a user who is not root is there. */
function inNamespace(command: readonly string[]): string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return [
    'unshare',
    ...asRoot,
    '--net',
    '--',
    'sh',
    '-c',
    'ip link set lo up && exec "$@"',
    'rkv',
    ...command,
  ];
}

export function isInOwnNetwork(): boolean {
  return process.env[mark] === '1';
}

/** Why there can be no network of one's own, in words that follow a colon; undefined where there can. */
export function ownNetworkMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’, and this is another system';
  for (const [program, flag] of [
    ['unshare', '--version'],
    ['ip', '-V'],
    ['nft', '--version'],
  ] as const)
    if (spawnSync(program, [flag], { stdio: 'ignore' }).error !== undefined)
      return `the program "${program}" is not installed (Debian has it in util-linux, iproute2 or nftables)`;
  const rules = `add table inet ${table}; add chain inet ${table} links { type filter hook output priority 0; }`;
  const [program = '', ...words] = inNamespace(['nft', rules]);
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 10_000 });
  if (status === 0) return undefined;
  const why = stderr.trim().split('\n')[0] ?? '';
  return `this user or container may not make a network namespace (${why === '' ? 'unshare failed' : why})`;
}

/** Runs this very command again in a network of its own, and gives its exit code. */
export async function runInOwnNetwork(): Promise<number> {
  const [program = '', ...words] = inNamespace([
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]);
  const child = spawn(program, words, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A terminal's Ctrl-C comes to this process alone, and is passed on, once.
    detached: true,
    env: { ...process.env, [mark]: '1' },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 2));
    });
  } finally {
    process.off('SIGINT', pass);
    process.off('SIGTERM', pass);
  }
}

/** In the inner process: ends when the outer one is gone. */
export function endWithOuterProcess(): void {
  if (!isInOwnNetwork() || process.send === undefined) return;
  process.on('disconnect', () => process.exit(130));
  // It is no reason to stay.
  process.channel?.unref();
}

/** Lets nothing pass between these addresses and those, in both directions; resolves with what lets it pass again. */
export async function cutOff(these: readonly string[], those: readonly string[]): Promise<Undo> {
  const [a, b] = [these.join(', '), those.join(', ')];
  nft(
    [
      `add table inet ${table}`,
      `add chain inet ${table} links { type filter hook output priority 0; }`,
      `add rule inet ${table} links ip saddr { ${a} } ip daddr { ${b} } drop`,
      `add rule inet ${table} links ip saddr { ${b} } ip daddr { ${a} } drop`,
    ].join('; '),
  );
  return async () => nft(`flush chain inet ${table} links`);
}

function nft(rules: string): void {
  if (!isInOwnNetwork()) throw new Error('servers are parted only in a network of their own');
  const { status, stderr, error } = spawnSync('nft', [rules], { encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) throw new Error(`nft failed: ${error?.message ?? stderr.trim()}`);
}
