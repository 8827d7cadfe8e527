/** Where the figures of a run go while it runs. */
export { LiveSinks, type SinkOutcome } from './live-sinks.js';
export type { OperationFigures, Sink, SinkRun, WindowFigures } from './sink.js';
export { parseSink, type SinkSpec } from './sink-spec.js';
export { windowFigures } from './window-figures.js';
