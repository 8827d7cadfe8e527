// `rkv new driver NAME` and `rkv new bench NAME`: a file to start from, which runs as it is.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { ConfigurationError } from '../config/configuration-error.js';

interface NewArguments {
  kind: string;
  name: string;
}

/** In the package beside `dist`. */
const templateDriver = fileURLToPath(new URL('../../../drivers/template.ts', import.meta.url));

const templateBench = `import type { BenchConfigInput } from 'rkv';

// npx rkv bench check NAME.bench.ts; npx rkv bench run --config NAME.bench.ts
export default {
  driver: 'rkv',
  concurrentWorkers: 10,
  duration: '1m',
  operations: [
    ['get', 80],
    ['put', 20],
  ],
  keyGenerator: ['zipfian_int', 100_000],
  valueGenerator: ['fixed_bin', 1000],
  randomSeed: [1, 4, 3],
} satisfies BenchConfigInput;
`;

export const newCommand: CommandModule<object, NewArguments> = {
  command: 'new <kind> <name>',
  describe: 'Write a driver or a configuration to start from, NAME.ts or NAME.bench.ts',
  builder: (yargs) =>
    yargs
      .positional('kind', { type: 'string', choices: ['driver', 'bench'], demandOption: true })
      .positional('name', { type: 'string', demandOption: true, describe: 'File name without its ending' }),
  handler: ({ kind, name }) => {
    const file = kind === 'driver' ? `${name}.ts` : `${name}.bench.ts`;
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(basename(name))) {
      refuse(`"${name}" is no name for a file; use letters, digits, - and _`);
    }
    if (existsSync(file)) refuse(`"${file}" is there already; choose another name`);
    try {
      writeFileSync(
        file,
        kind === 'driver' ? driverText(basename(name)) : templateBench.replaceAll('NAME', name),
        {
          flag: 'wx',
        },
      );
    } catch (error) {
      refuse(`"${file}" cannot be written: ${(error as Error).message}`);
    }
    const run = kind === 'driver' ? `--driver ./${file}` : `--config ${file}`;
    console.log(`${file} is written; run it with: npx rkv bench run ${run}`);
  },
};

function driverText(name: string): string {
  return readFileSync(templateDriver, 'utf8')
    .replace(/^(?:\/\/.*\n)+/, '')
    .replace("'../bench/driver.js'; // in your own file: from 'rkv'", "'rkv';")
    .replace("name: 'template'", `name: '${name}'`);
}

function refuse(message: string): never {
  throw new ConfigurationError([{ path: 'name', message }]);
}
