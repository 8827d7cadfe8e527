// The command line: assembles the verbs that the rooms export, and turns what goes wrong into one clear
// sentence and an exit code. 0 ok, 1 errors with shutdownOnError, 2 crash, 3 wrong input or configuration,
// 4 threshold failed, 5 verdict not VALID with --strict, 130 interrupted.
import { setFlagsFromString } from 'node:v8';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { benchCommand } from '../bench/cli/bench-command.js';
import { newCommand } from '../bench/cli/new-command.js';
import { coloursFor } from '../bench/run/terminal-colours.js';
import { chartsCommand } from '../charts/command.js';
import {
  adminCommand,
  clusterCommand,
  consoleCommand,
  deleteCommand,
  getCommand,
  passwordCommand,
  pingCommand,
  putCommand,
  serverCommand,
} from '../server/cli/index.js';

const pc = coloursFor(process.stderr);
const usageExitCode = 3;
const crashExitCode = 2;

// Output piped into a program that has ended (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const parser = yargs(hideBin(process.argv))
  .scriptName('rkv')
  .usage('$0 <command>\n\nMeasures key-value stores, and brings a cluster of its own to measure.')
  .command(benchCommand)
  .command(newCommand)
  .command(chartsCommand)
  .command(serverCommand)
  .command(clusterCommand)
  .command(passwordCommand)
  .command(adminCommand)
  .command(consoleCommand)
  .command(pingCommand)
  .command(getCommand)
  .command(putCommand)
  .command(deleteCommand)
  .demandCommand(1, 'Which command? See rkv --help.')
  .strict()
  .recommendCommands()
  .parserConfiguration({ 'strip-aliased': true, 'strip-dashed': true })
  .help()
  .alias('help', 'h')
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .exitProcess(false)
  .fail((message, error: Error | undefined) => {
    // yargs throws its own errors for what the user got wrong, too.
    if (error === undefined || error.name === 'YError') throw new UsageError(message ?? error?.message);
    throw error;
  });

class UsageError extends Error {
  readonly exitCode = usageExitCode;
}

// V8's own value, which rkv.js has lowered for as long as modules are loaded.
setFlagsFromString('--semi-space-growth-factor=2');

try {
  await parser.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') {
    for (const line of error.message.split('\n')) console.error(`${pc.red('rkv:')} ${line}`);
    if (error instanceof UsageError) console.error('Try rkv --help, or rkv <command> --help.');
    return error.exitCode;
  }
  // Everything else is a mistake in rkv itself, where the trace is what helps.
  console.error('rkv: this is a bug in rkv; please report it with what follows.');
  console.error(error);
  return crashExitCode;
}
