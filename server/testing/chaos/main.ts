/**
 * `npm run chaos`: real servers on real disks under a real load, with faults of all kinds, and the question
 * whether anything that was acknowledged is lost. Exits with 0 if all is as promised, with 1 if not, with 2 where
 * what was asked for cannot be had here, and with 130 when it was interrupted.
 */
import { writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { loopDiskMissing } from '../power-loss/loop-disk.js';
import { reportText } from './chaos-report.js';
import { runChaos } from './chaos-run.js';
import { type ChaosKind, chaosKinds } from './chaos-schedule.js';
import { isInside, isolationMissing, runInside } from './isolation.js';

const given = await yargs(hideBin(process.argv))
  .scriptName('npm run chaos --')
  .usage(
    '$0\n\nKills, stops, cuts off and fills up the servers of a cluster under load, and looks for what was acknowledged.',
  )
  .options({
    minutes: { type: 'number', default: 2, describe: 'how long the load and the faults last' },
    nodes: { type: 'number', default: 5, describe: 'servers; others join and leave' },
    seed: { type: 'number', describe: 'of the faults and their times [default: another each time]' },
    clients: { type: 'number', default: 48, describe: 'concurrent clients' },
    pace: { type: 'number', default: 1.5, describe: 'mean seconds from one fault to the next' },
    'ring-size': { type: 'number', default: 64, describe: 'partitions' },
    faults: { type: 'string', array: true, choices: chaosKinds, describe: 'only these kinds of faults' },
    control: {
      type: 'boolean',
      default: false,
      describe: 'no write is synced, and all lose their power at once: must lose what was acknowledged',
    },
    json: { type: 'boolean', default: false, describe: 'print the report as one line of JSON' },
    report: { type: 'string', describe: 'write the report to this file as well' },
  })
  .example('$0 --minutes 30 --seed 7', 'half an hour of the faults of seed 7')
  .example('$0 --faults kill pause', 'only these two')
  .example('$0 --control', 'shows that a lost write is found')
  .strict()
  .parseAsync();

if (!isInside && isolationMissing() === undefined) process.exit(await runInside());

const note = (text: string) =>
  process.stderr.write(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
const [noDisks, noLinks] = [loopDiskMissing(), isInside ? undefined : isolationMissing()];
const kinds = kindsToHave();
const seed = given.seed ?? Math.floor(Math.random() * 1e6);
const interruption = { isAsked: false };
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (interruption.isAsked) process.exit(130);
    interruption.isAsked = true;
    note('ending; what was done so far is looked at first (again to end at once)');
  });

note(`seed ${seed}: ${given.minutes} minutes, faults: ${kinds.join(', ')}`);
const report = await runChaos({
  seed,
  durationMs: given.minutes * 60_000,
  nodes: given.nodes,
  clients: given.clients,
  paceMs: given.pace * 1000,
  ringSize: given['ring-size'],
  durability: given.control ? 'os' : 'sync',
  kinds,
  hasLoopDisks: noDisks === undefined,
  hasLinks: noLinks === undefined,
  note,
  isOver: () => interruption.isAsked,
}).catch((error: Error) => {
  // What was waited for in vain is a finding, and has no report.
  note(`FAILED: ${error.message}`);
  process.exit(1);
});
const text = given.json ? JSON.stringify(report) : reportText(report);
console.log(text);
if (given.report !== undefined) writeFileSync(given.report, `${text}\n`);
const isAsPromised = given.control ? report.violations.length > 0 : report.violations.length === 0;
process.exit(interruption.isAsked ? 130 : isAsPromised ? 0 : 1);

/** Those that were asked for, or all that can be had here; ends with 2 if one was asked for that cannot. */
function kindsToHave(): readonly ChaosKind[] {
  const needs: Partial<Record<ChaosKind, string | undefined>> = {
    power: noDisks,
    blackout: noDisks,
    'disk-full': noDisks,
    isolate: noLinks,
    'one-way': noLinks,
    halves: noLinks,
    'slow-link': noLinks,
  };
  const asked = given.control ? (['blackout'] as const) : given.faults;
  for (const kind of asked ?? chaosKinds) {
    const why = needs[kind];
    if (why === undefined) continue;
    if (asked !== undefined) {
      note(`${kind} cannot be had here: ${why}`);
      process.exit(2);
    }
    note(`without ${kind}: ${why}`);
  }
  return asked ?? chaosKinds.filter((kind) => needs[kind] === undefined);
}
