/** What a store promised and did not keep: values that name their write, histories, and what follows from them. */
export { type CheckOptions, checkHistory } from './check-history.js';
export { brokenExpectations, type Expectation, expectations } from './expectation.js';
export { hashKey } from './hash-key.js';
export {
  earlierValueId,
  History,
  type HistoryOperation,
  kindDelete,
  kindPut,
  kindRead,
  sawNothing,
  sequencesMax,
  valueId,
} from './history.js';
export { KeyNames } from './key-names.js';
export { type Checksum, headerBytes, ValueCodec, type ValueMistake, writersMax } from './value-codec.js';
export {
  type Staleness,
  type Verification,
  type Violation,
  type ViolationKind,
  violationKinds,
} from './verification.js';
export { ViolationList } from './violation-list.js';
