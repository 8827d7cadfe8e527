// `rkv bench`: the verbs of the load generator.
import type { CommandModule } from 'yargs';
import { checkCommand } from './check-command.js';
import { compareCommand } from './compare-command.js';
import { driversCommand } from './drivers-command.js';
import { listCommand } from './list-command.js';
import { replayCommand } from './replay-command.js';
import { runCommand } from './run-command.js';
import { searchCommand } from './search-command.js';

export const benchCommand: CommandModule = {
  command: 'bench',
  describe: 'Measure a store: run a benchmark and leave CSV files and charts',
  builder: (yargs) =>
    yargs
      .command(runCommand)
      .command(compareCommand)
      .command(replayCommand)
      .command(searchCommand)
      .command(checkCommand)
      .command(listCommand)
      .command(driversCommand)
      .demandCommand(1, 'Which bench command? See rkv bench --help.')
      .strict(),
  handler: () => {},
};
