// `npm run sim`: runs clusters on simulated time, from seeds. The only file of the simulation that reads a clock
// (for the rate that it prints), draws a seed when none is given, and touches files. Exit codes: 0 all kept, 1 a
// promise broken, 3 something wrong in what was asked for.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { parseReplay, replayText } from './run/replay.js';
import { Report } from './run/report.js';
import { failuresOf, type RunResult } from './run/run-result.js';
import { describeSettings, drawSettings } from './run/settings.js';
import { shrink } from './run/shrink.js';
import { simulate } from './run/simulated-run.js';
import { type ToldStory, tellStory } from './scripts/story.js';

const exit = { ok: 0, broken: 1, configuration: 3 } as const;
const seedMax = 2 ** 47;
const shrinkTriesMax = 150;

const given = await yargs(hideBin(process.argv))
  .scriptName('npm run sim --')
  .usage(
    '$0 [options]\n\nRuns whole clusters on simulated time, network and disk, and checks what they promise.',
  )
  .example('$0 --seed 42 --minutes 60', 'one seed, an hour of its time')
  .example('$0 --seeds 1..1000', 'a thousand seeds, a minute each')
  .example('$0 --soak 8h --json report.json', 'new seeds for eight hours of real time')
  .option('seed', { type: 'number', describe: 'The seed; drawn and printed if none is given' })
  .option('seeds', { type: 'string', describe: 'All seeds from A to B, as A..B' })
  .option('soak', { type: 'string', describe: 'New seeds for so long a real time, for example 90s, 30m, 8h' })
  .option('minutes', { type: 'number', default: 1, describe: 'Simulated time with faults of each seed' })
  .option('nodes', { type: 'number', describe: 'Nodes of the cluster; drawn from the seed if not given' })
  .option('replay', {
    type: 'string',
    describe: 'A story: of server/sim/scripts, or that a failing run has printed',
  })
  .option('trace', { type: 'boolean', default: false, describe: 'Print what the nodes log, with its time' })
  .option('shrink', { type: 'boolean', default: true, describe: 'Make a failing run small' })
  .option('json', { type: 'boolean', default: false, describe: 'Print the report as JSON' })
  .conflicts({ seed: ['seeds', 'soak', 'replay'], seeds: ['soak', 'replay'], soak: 'replay' })
  .strict()
  .fail((message, error) => fail(message ?? error.message))
  .parseAsync();

const startMs = performance.now();
const report = new Report();
const say = given.json ? () => {} : (line: string) => console.log(line);

if (given.replay !== undefined) replay(given.replay);
else for (const seed of seeds()) run(seed);
const elapsedMs = performance.now() - startMs;
const cpuMs = process.cpuUsage().user / 1000;
if (given.json) console.log(JSON.stringify(report.json(elapsedMs, cpuMs), undefined, 2));
else for (const line of report.lines(elapsedMs, cpuMs)) console.log(line);
process.exitCode = report.failedSeeds.length > 0 ? exit.broken : exit.ok;

function* seeds(): Generator<number> {
  const { seed, seeds: range, soak } = given;
  checkNumber('minutes', given.minutes, 0.01, 24 * 60);
  if (given.nodes !== undefined) checkNumber('nodes', given.nodes, 1, 9, true);
  if (soak !== undefined) {
    const untilMs = startMs + spanMs(soak);
    let next = randomInt(seedMax);
    say(`seeds from ${next} on`);
    while (performance.now() < untilMs) yield next++;
  } else if (range !== undefined) {
    const match = /^(\d+)\.\.(\d+)$/.exec(range);
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null || first > last || last > seedMax)
      fail(`--seeds is "${range}"; write A..B, for example 1..100`);
    for (let next = first; next <= last; next++) yield next;
  } else {
    if (seed !== undefined) checkNumber('seed', seed, 0, seedMax, true);
    yield seed ?? randomInt(seedMax);
  }
}

function run(seed: number): void {
  const { nodes } = given;
  const ask = { seed, durationMs: given.minutes * 60_000, ...(nodes === undefined ? {} : { nodes }) };
  const settings = drawSettings(ask);
  const result = simulate({ settings, ...tracing() });
  say(`seed ${seed}: hash ${result.hash}, ${verdictOf(result)}; ${describeSettings(settings)}`);
  report.add(result);
  if (failuresOf(result).length > 0) explain(result);
}

function replay(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    fail(`--replay: ${path} cannot be read: ${(error as Error).message}`);
  }
  if (!/^run /m.test(text)) {
    tell(path, text);
    return;
  }
  const candidate = parseReplay(text);
  if (typeof candidate === 'string') fail(`${path}: ${candidate}`);
  const result = simulate({ ...candidate, ...tracing() });
  say(`replay of seed ${candidate.settings.seed}: hash ${result.hash}, ${verdictOf(result)}`);
  report.add(result);
  for (const { id, message } of failuresOf(result)) say(`  ${id}: ${message}`);
}

/** A story (see scripts/story.ts), with what came of it. */
function tell(path: string, text: string): void {
  let story: ToldStory;
  try {
    story = tellStory(text);
  } catch (error) {
    fail(`${path}: ${(error as Error).message}`);
  }
  console.log(story.text.trimEnd());
  for (const mistake of story.mistakes) console.log(`  ${mistake}`);
  process.exit(story.mistakes.length > 0 ? exit.broken : exit.ok);
}

function explain(result: RunResult): void {
  const { settings } = result;
  for (const { id, message, atMs } of failuresOf(result))
    say(`  ${id} at ${(atMs / 1000).toFixed(3)} s: ${message}`);
  const nodes = given.nodes === undefined ? '' : ` --nodes ${given.nodes}`;
  say(`  again: npm run sim -- --seed ${settings.seed} --minutes ${given.minutes}${nodes} --trace`);
  if (!given.shrink) return;
  const small = shrink(result, { simulate: (candidate) => simulate(candidate), triesMax: shrinkTriesMax });
  say(
    `  shrunk from ${result.actions.length} to ${small.actions.length} actions; a story for --replay, or for server/sim/scripts:`,
  );
  for (const line of replayText(small).trimEnd().split('\n')) say(`    ${line}`);
}

function verdictOf(result: RunResult): string {
  const broken = failuresOf(result)[0];
  const { ok, acknowledgedWrites } = result.operations;
  return `${broken === undefined ? 'ok' : `${broken.id} BROKEN`}, ${ok} requests, ${acknowledgedWrites} writes`;
}

function tracing(): Pick<Parameters<typeof simulate>[0], 'onLine'> {
  if (!given.trace) return {};
  return {
    onLine: ({ atMs, node, event, details }) =>
      say(
        `  ${(atMs / 1000).toFixed(3)}s ${node === undefined ? '' : `node${node + 1}: `}${event} ${JSON.stringify(details)}`,
      ),
  };
}

function checkNumber(name: string, value: number, least: number, most: number, isInteger = false): void {
  if (!(value >= least && value <= most) || (isInteger && !Number.isInteger(value)))
    fail(
      `--${name} is ${value}, and must be ${isInteger ? 'an integer' : 'a number'} from ${least} to ${most}`,
    );
}

function spanMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  if (match === null) fail(`--soak is "${text}"; write for example 90s, 30m or 8h`);
  return Number(match![1]) * { s: 1000, m: 60_000, h: 3_600_000 }[match![2] as 's' | 'm' | 'h'];
}

function fail(message: string): never {
  console.error(`sim: ${message}. See npm run sim -- --help.`);
  process.exit(exit.configuration);
}
