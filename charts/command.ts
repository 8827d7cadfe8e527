// `rkv charts`: draws the charts of runs that are on disk, and prints the path of each picture that it wrote.
import type { Argv, CommandModule } from 'yargs';
import { type ChartFlags, type ChartRequest, chartRequest, defaultDirectory } from './chart-request.js';

interface ChartsArguments extends ChartFlags {
  dir?: string[] | undefined;
}

export const chartsCommand: CommandModule<object, ChartsArguments> = {
  command: 'charts [dir..]',
  describe: 'Draw the charts of runs',
  builder: (yargs) => options(yargs) as unknown as Argv<ChartsArguments>,
  handler: async ({ dir = [], indir, outfile }) => {
    await draw(chartRequest(dir, { indir, outfile }), (path) => process.stdout.write(`${path}\n`));
  },
};

function options(yargs: Argv): Argv {
  return yargs
    .usage(
      'rkv charts [DIR..]\n' +
        'rkv charts latency <operation> <csv> <png>\n' +
        'rkv charts throughput <operation> <csv> <png>\n' +
        'rkv charts summary [-i DIR] [-o FILE]\n\n' +
        'Draws latency_<operation>.png, throughput_<operation>.png, percentiles_<operation>.png and summary.png of ' +
        'each run folder into it, ' +
        'or one picture where you say. Folders of basho_bench are fine.',
    )
    .positional('dir', {
      describe: `Run folders (default ${defaultDirectory}), or the name of one chart and its files`,
      type: 'string',
      array: true,
    })
    .option('indir', { alias: 'i', type: 'string', requiresArg: true, describe: 'summary: the run folder' })
    .option('outfile', { alias: 'o', type: 'string', requiresArg: true, describe: 'summary: the picture' })
    .example('rkv charts', 'the last run')
    .example('rkv charts results/a results/b', 'two runs')
    .example('rkv charts latency get results/current/get_latencies.csv get.png', 'one chart')
    .example('rkv charts summary -i results/current -o before.png', 'the five panels elsewhere');
}

async function draw(request: ChartRequest, onWritten: (path: string) => void): Promise<void> {
  // Loaded when there is something to draw, so that `rkv --help` does not wait for it.
  const { drawLatency, drawRun, drawSummary, drawThroughput } = await import('./draw-run.js');
  switch (request.kind) {
    case 'runs':
      for (const directory of request.directories) {
        for (const path of await drawRun(directory)) onWritten(path);
      }
      return;
    case 'latency':
      return onWritten(await drawLatency(request.csvPath, request.pngPath, request.operation));
    case 'throughput':
      return onWritten(await drawThroughput(request.csvPath, request.pngPath, request.operation));
    case 'summary':
      return onWritten(await drawSummary(request.directory, request.pngPath));
    default:
      return unreachable(request);
  }
}

function unreachable(request: never): never {
  throw new Error(`no such request: ${JSON.stringify(request)}`);
}
