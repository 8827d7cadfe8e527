// What a run shows while it goes on, on stderr: on a terminal a block that is drawn anew four times a second,
// elsewhere a line every ten seconds. It is told about windows and never asks the load threads anything.
import { formatDurationMs } from '../config/duration.js';
import { formatCount, formatPercentileMs } from './number-format.js';
import { coloursFor } from './terminal-colours.js';

const pc = coloursFor(process.stderr);
const redrawMs = 250;
const plainLineMs = 10_000;
const barCells = 24;

export interface LiveOperation {
  name: string;
  opsPerSecond: number;
  /** Milliseconds over the last window; undefined when nothing succeeded in it. */
  p50Ms: number | undefined;
  p99Ms: number | undefined;
}

export interface LiveState {
  durationMs: number;
  elapsedMs: number;
  opsPerSecond: number;
  errors: number;
  operations: readonly LiveOperation[];
  /** Of the last window; undefined in a closed loop. */
  schedule: { offeredPerSecond: number; backlog: number } | undefined;
}

export interface LiveView {
  /** Leaves the last state on the screen and stops drawing. */
  end(): void;
}

/** Draws what `read` gives until `end` is called. */
export function startLiveView(stream: NodeJS.WriteStream, read: () => LiveState): LiveView {
  return stream.isTTY === true ? terminalView(stream, read) : plainView(stream, read);
}

function terminalView(stream: NodeJS.WriteStream, read: () => LiveState): LiveView {
  let lines = 0;
  const draw = (): void => {
    const block = renderBlock(read(), stream.columns ?? 80);
    // Up to the first line of the last block, clear to the end of the screen, draw.
    const up = lines > 0 ? `\x1b[${lines}A` : '';
    stream.write(`${up}\x1b[0J${block.join('\n')}\n`);
    lines = block.length;
  };
  const timer = setInterval(draw, redrawMs);
  draw();
  return {
    end: () => {
      clearInterval(timer);
      draw();
    },
  };
}

function plainView(stream: NodeJS.WriteStream, read: () => LiveState): LiveView {
  const timer = setInterval(() => stream.write(`${renderLine(read())}\n`), plainLineMs);
  return { end: () => clearInterval(timer) };
}

export function renderBlock(state: LiveState, columns: number): string[] {
  const hasEnd = Number.isFinite(state.durationMs);
  const share = hasEnd ? Math.min(1, state.elapsedMs / state.durationMs) : 0;
  const full = Math.round(share * barCells);
  const bar = `${'█'.repeat(full)}${pc.dim('░'.repeat(barCells - full))}`;
  const remainingMs = Math.max(0, state.durationMs - state.elapsedMs);
  const errors = state.errors === 0 ? 'no errors' : pc.red(`${formatCount(state.errors)} errors`);
  const width = Math.max(...state.operations.map(({ name }) => name.length), 9);
  const toGo = hasEnd ? `, ${seconds(remainingMs)} to go` : '';
  const head = `${bar} ${seconds(state.elapsedMs)} elapsed${toGo}`;
  const table = state.operations.map(
    ({ name, opsPerSecond, p50Ms, p99Ms }) =>
      `  ${name.padEnd(width)} ${perSecond(opsPerSecond)}   p50 ${latency(p50Ms)}   p99 ${latency(p99Ms)}`,
  );
  const offered = state.schedule === undefined ? '' : `   ${offeredText(state.schedule)}`;
  const total = `  ${pc.bold('all'.padEnd(width))} ${perSecond(state.opsPerSecond)}   ${errors}${offered}`;
  return [head, ...table, total].map((line) => (visibleLength(line) > columns ? clip(line, columns) : line));
}

export function renderLine(state: LiveState): string {
  const operations = state.operations.map(
    ({ name, p50Ms, p99Ms }) => `${name} p50 ${latency(p50Ms).trim()} p99 ${latency(p99Ms).trim()}`,
  );
  const parts = [
    `${formatDurationMs(Math.round(state.elapsedMs / 1000) * 1000)} of ${formatDurationMs(state.durationMs)}`,
    ...(state.schedule === undefined ? [] : [offeredText(state.schedule)]),
    `${formatCount(state.opsPerSecond)} ops/s`,
    ...operations,
    `errors ${formatCount(state.errors)}`,
  ];
  return parts.join('; ');
}

function offeredText({ offeredPerSecond, backlog }: NonNullable<LiveState['schedule']>): string {
  return `offered ${formatCount(offeredPerSecond)}/s, ${formatCount(backlog)} waiting`;
}

function seconds(ms: number): string {
  return formatDurationMs(Math.floor(ms / 1000) * 1000).padStart(3);
}

function perSecond(opsPerSecond: number): string {
  return `${formatCount(opsPerSecond).padStart(11)} ops/s`;
}

function latency(ms: number | undefined): string {
  return (ms === undefined ? '-' : formatPercentileMs(ms)).padStart(9);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's colour sequences
const colours = /\x1b\[[0-9;]*m/g;

function visibleLength(line: string): number {
  return line.replace(colours, '').length;
}

/** A line that is too wide would wrap and spoil the redrawing; its colours go with what is cut off. */
function clip(line: string, columns: number): string {
  return line.replace(colours, '').slice(0, columns);
}
