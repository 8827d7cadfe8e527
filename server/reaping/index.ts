/** Reaping: when tombstones may go. Pure; messages are handoff's to bring. */
export { Reaping, type ReapingOptions } from './reaping.js';
