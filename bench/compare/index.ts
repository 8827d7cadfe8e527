/** Comparing runs: effects with intervals, false alarms at a stated rate, and what cannot be seen. */
export { type CompareOptions, compareSides, type Side } from './compare-sides.js';
export type { Comparison, Design } from './comparison.js';
export { comparisonText, noiseText } from './comparison-text.js';
export { type MeasuredSide, measureSides, sideLabels } from './measure-sides.js';
export { noiseFloor } from './noise-floor.js';
export { readSide, type SideOnDisk } from './read-side.js';
export type { RunWindow } from './run-windows.js';
export { turns } from './turns.js';
export { withinRunsInterval } from './within-runs.js';
