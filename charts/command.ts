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
  handler: async ({ dir = [], indir, outfile, tag1, dir2, tag2 }) => {
    await draw(chartRequest(dir, { indir, outfile, tag1, dir2, tag2 }), (path) =>
      process.stdout.write(`${path}\n`),
    );
  },
};

function options(yargs: Argv): Argv {
  const text = { type: 'string', requiresArg: true } as const;
  return yargs
    .usage(
      'rkv charts [DIR..]\n' +
        'rkv charts latency <operation> <csv> <png>\n' +
        'rkv charts throughput <operation> <csv> <png>\n' +
        'rkv charts summary [-i DIR] [-o FILE]\n' +
        'rkv charts compare DIR DIR.. [-o FILE]\n' +
        'rkv charts compare -i DIR [-j TAG] -k DIR [-l TAG] [-o FILE]\n\n' +
        'Draws latency_<operation>.png, throughput_<operation>.png, percentiles_<operation>.png, summary.png and ' +
        'report.html of each run folder into it, search.png or comparison.png of the folder of a search or comparison, ' +
        'or one picture where you say. Folders of basho_bench are fine.',
    )
    .positional('dir', {
      describe: `Run folders (default ${defaultDirectory}), or the name of one chart and its files`,
      type: 'string',
      array: true,
    })
    .option('indir', { alias: 'i', ...text, describe: 'summary, compare: the (first) run folder' })
    .option('tag1', { alias: 'j', ...text, describe: 'compare: its label' })
    .option('dir2', { alias: 'k', ...text, describe: 'compare: the second run folder' })
    .option('tag2', { alias: 'l', ...text, describe: 'compare: its label' })
    .option('outfile', { alias: 'o', ...text, describe: 'summary, compare: the picture' })
    .example('rkv charts', 'the last run')
    .example('rkv charts results/a results/b', 'two runs')
    .example('rkv charts latency get results/current/get_latencies.csv get.png', 'one chart')
    .example('rkv charts compare results/a results/b results/c -o abc.png', 'runs over each other')
    .example('rkv charts summary -i results/current -o before.png', 'the five panels elsewhere');
}

async function draw(request: ChartRequest, onWritten: (path: string) => void): Promise<void> {
  // Loaded when there is something to draw, so that `rkv --help` does not wait for it.
  const { drawLatency, drawSummary, drawThroughput } = await import('./draw-run.js');
  const { drawCompared, drawFolder } = await import('./draw-folder.js');
  switch (request.kind) {
    case 'runs':
      for (const directory of request.directories) {
        for (const path of await drawFolder(directory)) onWritten(path);
      }
      return;
    case 'latency':
      return onWritten(await drawLatency(request.csvPath, request.pngPath, request.operation));
    case 'throughput':
      return onWritten(await drawThroughput(request.csvPath, request.pngPath, request.operation));
    case 'compare':
      return onWritten(await drawCompared(request.runs, request.pngPath));
    case 'summary':
      return onWritten(await drawSummary(request.directory, request.pngPath));
    default:
      return unreachable(request);
  }
}

function unreachable(request: never): never {
  throw new Error(`no such request: ${JSON.stringify(request)}`);
}
