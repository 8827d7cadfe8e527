/** Reading all keys of the cluster: pages, counts and folds over the whole ring. Pure. */
export { type CoverageConsumer, CoverageReads, type CoverageReadsOptions } from './coverage-reads.js';
export { GlobPattern, match, noMatch, tooCostly } from './glob-pattern.js';
export { decodeEntries, encodeEntries, mergePages, type Page, type PageEntry } from './page.js';
export {
  type CoverageLimits,
  coverageLimitsDefault,
  type RangeAsk,
  type RangeCount,
  type RangeReply,
} from './range-ask.js';
export { RangeServer, type RangeServerOptions } from './range-server.js';
