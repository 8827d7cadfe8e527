/** Writes log events, one line each, to standard error unless told otherwise: JSON for programs, or text for people. */
import type { LogEvent } from '../node/index.js';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['json', 'text'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogOptions {
  /** Events below this level are left out; default: info. */
  readonly level?: LogLevel;
  /** Default: json. */
  readonly format?: LogFormat;
  readonly write?: (line: string) => void;
}

/** A function that writes events with the time and the name of the node in front. */
export function logLines(node: string, options: LogOptions = {}): (event: LogEvent) => void {
  const { level: lowest = 'info', format = 'json', write = (line) => process.stderr.write(line) } = options;
  const lineOf = format === 'json' ? jsonLine : textLine;
  return (event) => {
    if (logLevels.indexOf(event.level) < logLevels.indexOf(lowest)) return;
    write(`${lineOf(new Date().toISOString(), node, event)}\n`);
  };
}

function jsonLine(time: string, node: string, event: LogEvent): string {
  return JSON.stringify({ time, node, ...event });
}

/** `time level node event detail=value ...`; what has blanks, quotes or control characters is quoted as in JSON. */
function textLine(time: string, node: string, { level, event, ...details }: LogEvent): string {
  const told = Object.entries(details).map(([name, value]) => `${name}=${quoted(String(value))}`);
  return [time, level.toUpperCase().padEnd(5), node, event, ...told].join(' ');
}

function quoted(text: string): string {
  return /^[^\s"\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
