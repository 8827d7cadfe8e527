// `rkv bench drivers`: what there is to measure with.
import type { CommandModule } from 'yargs';
import { builtInDriver, builtInDriverNames } from '../../drivers/index.js';

export const driversCommand: CommandModule<object, { json: boolean }> = {
  command: 'drivers',
  describe: 'List the drivers that come with rkv',
  builder: (yargs) => yargs.option('json', { type: 'boolean', default: false, describe: 'Print JSON' }),
  handler: async ({ json }) => {
    const drivers = [];
    for (const name of builtInDriverNames) {
      const { description = '', operations = [], defaultEndpoint = null } = (await builtInDriver(name))!;
      drivers.push({ name, description, operations, defaultEndpoint });
    }
    if (json) {
      console.log(JSON.stringify(drivers, null, 2));
      return;
    }
    for (const { name, description, operations } of drivers) {
      console.log(`${name.padEnd(10)} ${description}\n${''.padEnd(10)} operations: ${operations.join(', ')}`);
    }
  },
};
