export type { GeneratorRole } from './definitions.js';
export { findDefinition, generatorNames } from './definitions.js';
export {
  type ByteKeys,
  exhausted,
  type IntegerKeys,
  type KeyGenerator,
  type ValueGenerator,
} from './generator.js';
export type { AnyDefinition, GeneratorContext, GeneratorFunction } from './generator-definition.js';
export { describeSpec, GeneratorError, type GeneratorProblem, type GeneratorSpec } from './generator-spec.js';
export { keyGeneratorDefinitions } from './keys/index.js';
export { generatorFileBytesLimit } from './limits.js';
export { OperationMix } from './operation-mix.js';
export { OwnPuts } from './own-puts.js';
export { expectationOf } from './parameter.js';
export { parseSpec } from './parse-spec.js';
export { RandomPools } from './pools.js';
export {
  createKeyGenerator,
  createValueGenerator,
  type GeneratorResources,
  keysAre,
  resourcesOf,
} from './registry.js';
export { decimalEncoding, keyBytesMax } from './transform-keys.js';
export { valueGeneratorDefinitions } from './values/index.js';
export { writeDecimal } from './write-decimal.js';
