export { writeErrorsFile } from './errors-file.js';
export { HistogramLog } from './histogram-log.js';
export { writeJunit } from './junit-file.js';
export { type Measurement, MeasurementsFile } from './measurements-file.js';
export { writeResultsFile } from './results-file.js';
export { checkResultsBase, createResultsFolder, newRunId, ResultsFolderError } from './results-folder.js';
export { collidingOperations, RunTables } from './run-tables.js';
export { SamplesFiles } from './samples-file.js';
export { ScheduleFile } from './schedule-file.js';
