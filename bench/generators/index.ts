export { describeSpec, GeneratorError, type GeneratorSpec } from './generator-spec.js';
export { OperationMix } from './operation-mix.js';
export { OwnPuts } from './own-puts.js';
export {
  checkValueGenerator,
  createKeyGenerator,
  createValueGenerator,
  type KeyGenerator,
  keyGeneratorNames,
  type ValueGenerator,
  valueGeneratorNames,
} from './registry.js';
export { writeDecimal } from './write-decimal.js';
