// The shape of a configuration as a JSON schema, for editors: `"$schema"` of a YAML or JSON configuration.
import { z } from 'zod';
import { benchConfigSchema } from './schema.js';

/** What rkv-bench.schema.json holds. Spellings with underscores are accepted as well, but not suggested. */
export function benchJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(benchConfigSchema, { io: 'input', unrepresentable: 'any' }),
    title: 'Configuration of rkv bench',
    description:
      'Every key is optional; without any, it is the tutorial’s benchmark. `rkv bench check FILE` finds what is wrong; `rkv bench list` names generators and drivers.',
  };
}
