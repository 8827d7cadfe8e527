/** Versions of values, the clock that issues them, and when values end. Pure; knows nothing of keys, storage or nodes. */
export { expiryBytes, expiryMsMax, isExpired, neverExpires, readExpiry, writeExpiry } from './expiry.js';
export { HybridClock, type HybridClockOptions, maxSkewMsDefault } from './hybrid-clock.js';
export { compareVersions, formatVersion, versionBytes, versionMs } from './version.js';
