// resampled_pareto_int: pareto_int with what lies beyond the key space drawn again, so that no key stands out.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';
import { paretoDraw } from './pareto.js';

export const resampledParetoInt: KeyGeneratorDefinition = {
  name: 'resampled_pareto_int',
  about: 'pareto_int from 0 to max, drawn again when beyond it',
  example: ['resampled_pareto_int', 100_000],
  forms: [[whole('max', 'the largest key', 5)]],
  create: (given) => {
    const max = given.number('max');
    const draw = paretoDraw(max);
    return integerKeys(max + 1, (random) => {
      for (;;) {
        const key = draw(random);
        if (key <= max) return key;
      }
    });
  },
};
