export type { KeyGenerator, ValueGenerator } from './generator.js';
export { describeSpec, GeneratorError, type GeneratorSpec } from './generator-spec.js';
export { OperationMix } from './operation-mix.js';
export { OwnPuts } from './own-puts.js';
export {
  checkValueGenerator,
  createKeyGenerator,
  createValueGenerator,
  keyGeneratorNames,
  valueGeneratorNames,
} from './registry.js';
export { writeDecimal } from './write-decimal.js';
