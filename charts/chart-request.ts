// What the words after `rkv charts` ask for. Pure; nothing is looked up on disk. The forms with a first word
// are those of the R scripts of rcl_bench (latency.R, throughput.R, summary.r, compare.r), word for word.
import { ChartError } from './chart-error.js';

export const defaultDirectory = 'results/current';

/** `runs`: every chart of each folder, into it. The others draw one picture to the place that they name. */
export type ChartRequest =
  | { kind: 'runs'; directories: string[] }
  | { kind: 'latency' | 'throughput'; operation: string; csvPath: string; pngPath: string }
  | { kind: 'summary'; directory: string; pngPath: string }
  /** Runs over each other, each under its label. */
  | { kind: 'compare'; runs: { directory: string; label: string }[]; pngPath: string };

export interface ChartFlags {
  indir?: string | undefined;
  outfile?: string | undefined;
  /** compare.r's: the label of the first run, the second run, and its label. */
  tag1?: string | undefined;
  dir2?: string | undefined;
  tag2?: string | undefined;
}

/** Throws ChartError when the words are no request. A folder called `summary` is written `./summary`. */
export function chartRequest(words: readonly string[], flags: ChartFlags): ChartRequest {
  const [first, ...rest] = words;
  if (first === 'compare') return compareRequest(rest, flags);
  const ofCompare = (['tag1', 'dir2', 'tag2'] as const).find((name) => flags[name] !== undefined);
  if (ofCompare !== undefined) throw new ChartError(`--${ofCompare} belongs to "rkv charts compare"`);
  if (first === 'summary') return summaryRequest(rest, flags);
  if (flags.indir !== undefined || flags.outfile !== undefined) {
    const flag = flags.indir === undefined ? '--outfile' : '--indir';
    throw new ChartError(
      `${flag} belongs to "rkv charts summary"; "rkv charts DIR..." draws into the folders`,
    );
  }
  if (first === 'latency' || first === 'throughput') return operationRequest(first, rest);
  const empty = words.indexOf('');
  if (empty !== -1) throw new ChartError(`folder ${empty + 1} of ${words.length} is an empty text`);
  return { kind: 'runs', directories: first === undefined ? [defaultDirectory] : [...words] };
}

function operationRequest(kind: 'latency' | 'throughput', rest: readonly string[]): ChartRequest {
  const [operation, csvPath, pngPath] = rest;
  if (rest.length !== 3 || operation === undefined || csvPath === undefined || pngPath === undefined) {
    throw new ChartError(
      `"rkv charts ${kind}" takes an operation, a CSV file and a PNG file, but got ${countOf(rest)}; ` +
        `for example: rkv charts ${kind} get get_latencies.csv get.png`,
    );
  }
  return { kind, operation, csvPath, pngPath };
}

function summaryRequest(rest: readonly string[], flags: ChartFlags): ChartRequest {
  if (rest.length > 0) {
    throw new ChartError(
      `"rkv charts summary" takes its folder by --indir, but got "${rest[0]}"; ` +
        'for example: rkv charts summary -i results/current -o summary.png',
    );
  }
  const directory = flags.indir ?? defaultDirectory;
  return {
    kind: 'summary',
    directory,
    pngPath: flags.outfile ?? `${directory.replace(/\/+$/, '')}/summary.png`,
  };
}

function compareRequest(rest: readonly string[], flags: ChartFlags): ChartRequest {
  const { indir, tag1, dir2, tag2, outfile } = flags;
  const flagged = [
    { directory: indir, label: tag1 },
    { directory: dir2, label: tag2 },
  ].flatMap(({ directory, label }) =>
    directory === undefined ? [] : [{ directory, label: label ?? nameOf(directory) }],
  );
  const runs = [...flagged, ...rest.map((directory) => ({ directory, label: nameOf(directory) }))];
  if (runs.length < 2 || runs.some(({ directory }) => directory === '')) {
    throw new ChartError(
      `"rkv charts compare" takes two run folders or more, but got ${runs.length}; ` +
        'for example: rkv charts compare results/a results/b -o compare.png',
    );
  }
  const labels = runs.map(({ label }) => label);
  const isDouble = (label: string): boolean => labels.indexOf(label) !== labels.lastIndexOf(label);
  const named = runs.map(({ directory, label }, i) => ({
    directory,
    label: isDouble(label) ? `${i + 1}: ${label}` : label,
  }));
  return { kind: 'compare', runs: named, pngPath: outfile ?? 'compare.png' };
}

function nameOf(directory: string): string {
  return directory.replace(/\/+$/, '').split('/').at(-1)!;
}

function countOf(words: readonly string[]): string {
  return words.length === 1 ? '1 word' : `${words.length} words`;
}
