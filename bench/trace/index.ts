/** What was asked of a store and when: captured elsewhere or recorded here, to be asked again. */
export { isRedisMonitor, type MonitorTrace, parseRedisMonitor } from './redis-monitor.js';
export { keyStart, type Trace, TraceBuilder, type TraceEntry, TraceError, traceEntriesMax } from './trace.js';
export { isTraceCsv, parseTraceCsv, traceCsvLine, traceCsvLines, traceHeading } from './trace-csv.js';
