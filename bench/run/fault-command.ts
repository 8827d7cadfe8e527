// A user's command as a fault: run as a process group of its own, with what it prints kept in the results folder and its
// time limited. What takes it back is run whatever happens, also when this process is ended by a second Ctrl-C.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedFault } from '../faults/index.js';
import type { Undo } from './fault-runner.js';

type CommandFault = Extract<PlannedFault, { kind: 'command' }>;

/** Of what a command prints, so much is kept. */
const outputBytesMax = 1024 * 1024;

/** The file in the results folder that holds what the commands of fault `number` printed. */
export function faultOutputFile(number: number): string {
  return `fault-${number}.txt`;
}

/** Runs the command; resolves with what undoes it. Rejects with an Error if it could not be run or has failed. */
export async function performCommand(
  fault: CommandFault,
  number: number,
  folder: string,
): Promise<Undo | undefined> {
  const path = join(folder, faultOutputFile(number));
  const { command, undo, timeoutMs, durationMs } = fault;
  const takeBack = undo === null ? undefined : undoOnce(undo, timeoutMs, path);
  try {
    await run(command, timeoutMs, path);
  } catch (error) {
    await takeBack?.().catch(() => undefined);
    throw error;
  }
  // Without an undo, the duration is that of what the command set off by itself.
  return takeBack ?? (durationMs === null ? undefined : async () => {});
}

/** Also at the sudden end of this process, where nothing can be waited for. */
function undoOnce(undo: readonly string[], timeoutMs: number, path: string): Undo {
  const [program = '', ...words] = undo;
  const atExit = (): void => void spawnSync(program, words, { stdio: 'ignore', timeout: timeoutMs });
  process.once('exit', atExit);
  return async () => {
    process.off('exit', atExit);
    await run(undo, timeoutMs, path);
  };
}

function run(command: readonly string[], timeoutMs: number, path: string): Promise<void> {
  const [program = '', ...words] = command;
  appendFileSync(path, `$ ${command.join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let left = outputBytesMax;
    let isLate = false;
    const killGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const keep = (chunk: Buffer): void => {
      if (left > 0) appendFileSync(path, chunk.subarray(0, left));
      left -= chunk.length;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    process.once('exit', killGroup);
    const timer = setTimeout(() => {
      isLate = true;
      killGroup();
    }, timeoutMs);
    const end = (problem: string | undefined): void => {
      clearTimeout(timer);
      process.off('exit', killGroup);
      // What it has left running may hold its output open.
      child.stdout.destroy();
      child.stderr.destroy();
      appendFileSync(path, `# ${problem ?? 'ended with exit code 0'}\n`);
      if (problem === undefined) resolve();
      else reject(new Error(`"${command.join(' ')}" ${problem}`));
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ENOENT' ? `cannot be run: there is no program "${program}"` : error.message),
    );
    child.once('exit', (code, signal) => {
      // Its last words are read in the next turns.
      setTimeout(() => {
        if (isLate) end(`took longer than ${timeoutMs} ms and was killed`);
        else if (code !== 0) end(`ended with ${signal ?? `exit code ${code}`}`);
        else end(undefined);
      }, 20);
    });
  });
}
