/** The highest rate that keeps a service level: which rate to try next, and what the trials tell. */
export { type Capacity, capacityOf } from './capacity.js';
export { nextStep, type SearchSettings } from './next-step.js';
export { runSearch, type SearchReport } from './run-search.js';
export { searchText, trialLine } from './search-text.js';
export type { Trial } from './trial.js';
