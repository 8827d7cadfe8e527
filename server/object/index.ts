/** Versions of values and the clock that issues them. Pure; knows nothing of keys, storage or nodes. */
export { HybridClock, type HybridClockOptions, maxSkewMsDefault } from './hybrid-clock.js';
export { compareVersions, formatVersion, versionBytes, versionMs } from './version.js';
