// The text of a CSV file of a run folder, into rows of numbers. Pure. Columns are found by their name in the
// header, so that files with columns of their own (forks of basho_bench add `concurrency`) read as well.
// A run that was killed leaves an incomplete last line; it is dropped, and every line before it counts.
// Knows nothing of what the columns mean.
import { RunFileError } from './run-file-error.js';

const numberPattern = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * One object per row, with the value of each of `columns`. An empty text is a table without rows: a run that
 * was killed before anything reached the disk. `path` is for error messages.
 *
 * A last line without its line end that nevertheless has every field is kept: a file that was edited by hand
 * often lacks the last line end. The price is that a line cut within the digits of its last field, which is
 * a count of errors, is taken at its word.
 */
export function parseTable<Column extends string>(
  text: string,
  columns: readonly Column[],
  path: string,
): Record<Column, number>[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const unfinished = lines.pop() ?? '';
  const [header, ...complete] = unfinished === '' ? lines : [...lines, unfinished];
  if (header === undefined) return [];
  const names = splitLine(header);
  const indexes = columns.map((column) => names.indexOf(column));
  if (indexes.includes(-1)) {
    if (complete.length === 0 && columns.join(', ').startsWith(header)) return [];
    throw new RunFileError(
      { path, line: 1 },
      `the header is "${header}", but it must have ${columns.join(', ')}`,
    );
  }
  const rows: Record<Column, number>[] = [];
  for (const [index, line] of complete.entries()) {
    if (line.trim() === '') continue;
    const isUnfinished = unfinished !== '' && index === complete.length - 1;
    const fields = splitLine(line);
    const problem = problemOf(fields, names);
    if (problem === undefined) rows.push(pick(fields, columns, indexes));
    else if (!isUnfinished) throw new RunFileError({ path, line: index + 2 }, problem);
  }
  return rows;
}

function splitLine(line: string): string[] {
  return line.split(',').map((field) => field.trim());
}

function problemOf(fields: string[], names: string[]): string | undefined {
  if (fields.length !== names.length) {
    return `${fields.length} fields, but the header names ${names.length}`;
  }
  const wrong = fields.findIndex((field) => !numberPattern.test(field));
  return wrong === -1
    ? undefined
    : `"${fields[wrong]}" in column ${names[wrong]} is not a number such as 12 or 0.5`;
}

function pick<Column extends string>(
  fields: string[],
  columns: readonly Column[],
  indexes: number[],
): Record<Column, number> {
  const entries = columns.map((column, position) => [column, Number(fields[indexes[position]!])] as const);
  return Object.fromEntries(entries) as Record<Column, number>;
}
