// `npm run perf`: measures every figure several times and prints median, spread and bound. Exits with 2 when
// something could not be measured, with 1 when a bound is missed, and with 0 otherwise.
import { cpus } from 'node:os';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { CannotMeasureError, type Figure, isReached, type Measurement, median } from './figure.js';
import { figures } from './figures.js';

const given = await yargs(hideBin(process.argv))
  .scriptName('npm run perf --')
  .command(
    '$0 [id..]',
    'Measure the figures that rkv promises, each against its peer in the same run',
    (command) =>
      command.positional('id', { type: 'string', array: true, default: [], describe: 'Only these figures' }),
  )
  .example('$0 null charts --repeats 3', 'two figures, three times each')
  .option('repeats', { type: 'number', default: 5, describe: 'Measurements per figure' })
  .option('quick', { type: 'boolean', default: false, describe: 'A tenth of the work, to try the harness' })
  .option('list', { type: 'boolean', default: false, describe: 'Name the figures' })
  .strict()
  .parseAsync();

const wanted = given.id as string[];
const unknown = wanted.filter((id) => !figures.some((figure) => figure.id === id));
if (given.list || unknown.length > 0) {
  for (const id of unknown) console.error(`perf: there is no figure "${id}"`);
  for (const { id, title, target, unit } of figures) {
    console.log(`${id.padEnd(16)} ${title} (${target.kind} ${target.value} ${unit})`);
  }
  process.exit(unknown.length > 0 ? 3 : 0);
}

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} processors, Node.js ${process.version}`);
let exitCode = 0;
for (const figure of figures) {
  if (wanted.length > 0 && !wanted.includes(figure.id)) continue;
  try {
    const measured = await measure(figure);
    if (!isReached(figure, measured)) exitCode = Math.max(exitCode, 1);
  } catch (error) {
    if (!(error instanceof CannotMeasureError)) throw error;
    console.log(`${figure.id}: CANNOT MEASURE: ${error.message}`);
    exitCode = 2;
  }
}
process.exitCode = exitCode;

/** Prints the figure's line and gives its median. */
async function measure(figure: Figure): Promise<number> {
  const prepared = await figure.prepare({ isQuick: given.quick });
  const measurements: Measurement[] = [];
  try {
    const repeats = Math.min(given.repeats, figure.repeatsMax ?? given.repeats);
    for (let i = 0; i < repeats; i++) measurements.push(await prepared.once());
  } finally {
    await prepared.close();
  }
  const values = measurements.map(({ value }) => value);
  const middle = median(values);
  const unit = figure.unit === '' ? '' : ` ${figure.unit}`;
  const range = `${show(Math.min(...values))} to ${show(Math.max(...values))}, ${values.length} runs`;
  const bound = `${figure.target.kind} ${show(figure.target.value)}${unit}`;
  console.log(
    `${figure.id}: ${show(middle)}${unit} (${range}); ${bound}: ${isReached(figure, middle) ? 'reached' : 'MISSED'}`,
  );
  console.log(`  ${figure.title}`);
  for (const { detail } of measurements) console.log(`    ${detail}`);
  return middle;
}

function show(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(2);
}
