/**
 * `npm run power-loss`: loses power again and again under load, with every write synced, and as a control with
 * none. Exits with 0 when nothing was lost with, and something in every round without; with 1 otherwise; and
 * with 2 where no loop device can be mounted.
 */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { loopDiskMissing } from './loop-disk.js';
import { losePower } from './power-loss-run.js';

const { rounds, control, json } = await yargs(hideBin(process.argv))
  .scriptName('npm run power-loss --')
  .usage('$0\n\nLoses power under load, and looks for what was acknowledged.')
  .options({
    rounds: { type: 'number', default: 20, describe: 'power losses with --durability sync' },
    control: { type: 'number', default: 5, describe: 'power losses without a sync, which must lose writes' },
    json: { type: 'boolean', default: false, describe: 'print the report as one line of JSON' },
  })
  .strict()
  .parseAsync();

const missing = loopDiskMissing();
if (missing !== undefined) {
  console.error(`power-loss: ${missing}`);
  process.exit(2);
}
const synced = await losePower('sync', rounds, Math.random);
const unsynced = await losePower('os', control, Math.random);
const isGood = synced.lostWrites + synced.lostReads === 0 && unsynced.roundsWithLoss === control;
if (json) {
  console.log(JSON.stringify({ synced, control: unsynced, isGood }));
} else {
  for (const { durability, acknowledged, ...found } of [synced, unsynced]) {
    console.log(
      `${durability}: ${found.rounds} power losses, ${acknowledged} writes acknowledged; lost: ${found.lostWrites} writes, ${found.lostReads} values that had been read, in ${found.roundsWithLoss} rounds`,
    );
  }
  console.log(isGood ? 'good' : 'NOT AS PROMISED');
}
process.exitCode = isGood ? 0 : 1;
