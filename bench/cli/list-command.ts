// `rkv bench list`: what there is to choose from: generators, drivers.
import type { CommandModule } from 'yargs';
import { builtInDriver, builtInDriverNames } from '../../drivers/index.js';
import {
  type AnyDefinition,
  describeSpec,
  expectationOf,
  keyGeneratorDefinitions,
  valueGeneratorDefinitions,
} from '../generators/index.js';
import { randomAlgorithms } from '../random/index.js';
import { namedWorkloads, recordsDefault } from '../workloads/named-workload.js';

interface ListArguments {
  what: string | undefined;
  json: boolean;
}

const kinds = ['workloads', 'keys', 'values', 'drivers', 'algorithms'] as const;

export const listCommand: CommandModule<object, ListArguments> = {
  command: 'list [what]',
  describe: 'List workloads, generators, drivers and random algorithms',
  builder: (yargs) =>
    yargs
      .positional('what', { type: 'string', choices: kinds, describe: 'One kind (default all)' })
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' }),
  handler: async ({ what, json }) => {
    const lists: Readonly<Record<(typeof kinds)[number], readonly Entry[]>> = {
      workloads: namedWorkloads.map(({ name, about }) => ({
        name,
        about,
        details: [`--workload ${name}:RECORDS (default ${recordsDefault})`],
      })),
      keys: keyGeneratorDefinitions.map(generatorEntry),
      values: valueGeneratorDefinitions.map(generatorEntry),
      drivers: await Promise.all(builtInDriverNames.map(driverEntry)),
      algorithms: randomAlgorithms.map((name) => ({ name, about: `Erlang’s ${name}`, details: [] })),
    };
    const chosen = Object.entries(lists).filter(([kind]) => what === undefined || kind === what);
    if (json) console.log(JSON.stringify(Object.fromEntries(chosen), null, 2));
    else console.log(chosen.flatMap(([kind, entries]) => [`${kind}:`, ...entries.flatMap(lines)]).join('\n'));
  },
};

interface Entry {
  name: string;
  about: string;
  details: string[];
}

function generatorEntry({ name, about, forms, example, aliases = [] }: AnyDefinition): Entry {
  const parameters = forms.map((form) =>
    form.map((parameter) => `${parameter.name}: ${parameter.about} (${expectationOf(parameter)})`).join('; '),
  );
  return {
    name,
    about,
    details: [
      ...parameters.filter((text) => text !== ''),
      `for example ${describeSpec(example)}`,
      ...(aliases.length === 0 ? [] : [`also called ${aliases.join(', ')}`]),
    ],
  };
}

async function driverEntry(name: string): Promise<Entry> {
  const { description = '', operations = [], defaultEndpoint } = (await builtInDriver(name))!;
  const details = [`operations: ${operations.join(', ')}`];
  if (defaultEndpoint !== undefined) details.push(`connects to ${defaultEndpoint} unless told otherwise`);
  return { name, about: description, details };
}

function lines({ name, about, details }: Entry): string[] {
  return [`  ${name.padEnd(27)} ${about}`, ...details.map((detail) => `  ${''.padEnd(27)}   ${detail}`)];
}
