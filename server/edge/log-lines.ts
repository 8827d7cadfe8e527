/** Writes log events as one line of JSON each, to standard error unless told otherwise. */
import type { LogEvent } from '../node/index.js';

/** A function that writes events with the time and the name of the node in front. */
export function logLines(
  node: string,
  write: (line: string) => void = (line) => process.stderr.write(line),
): (event: LogEvent) => void {
  return (event) => write(`${JSON.stringify({ time: new Date().toISOString(), node, ...event })}\n`);
}
