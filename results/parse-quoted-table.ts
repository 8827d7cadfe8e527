// The text of a CSV file with texts in it (violations.csv, percentiles.csv) into rows of strings, by the rules of
// RFC 4180: a field that holds a comma, a quote or a line end is quoted. Pure. Columns are found by their names.
import { RunFileError } from './run-file-error.js';

/**
 * One object per row, with the text of each of `columns`. A run that was killed leaves an incomplete last line; it is
 * dropped. `path` is for error messages; throws RunFileError with the line.
 */
export function parseQuotedTable<Column extends string>(
  text: string,
  columns: readonly Column[],
  path: string,
): Record<Column, string>[] {
  const [header, ...rows] = records(text);
  if (header === undefined) return [];
  const indexes = columns.map((column) => header.fields.indexOf(column));
  if (indexes.includes(-1)) {
    const found = header.fields.join(',');
    throw new RunFileError(
      { path, line: 1 },
      `the header is "${found}", but it must have ${columns.join(',')}`,
    );
  }
  return rows.map(({ fields, line }) => {
    if (fields.length !== header.fields.length) {
      const message = `${fields.length} fields, but the header names ${header.fields.length}`;
      throw new RunFileError({ path, line }, message);
    }
    const entries = columns.map((column, position) => [column, fields[indexes[position]!]!] as const);
    return Object.fromEntries(entries) as Record<Column, string>;
  });
}

/** A field of a row as a number; throws RunFileError where it is none. */
export function numberIn<Column extends string>(
  row: Record<Column, string>,
  column: Column,
  path: string,
): number {
  const text = row[column].trim();
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new RunFileError({ path }, `"${row[column]}" in column ${column} is not a number such as 12 or 0.5`);
}

interface TextRecord {
  fields: string[];
  /** Where it begins, from 1. */
  line: number;
}

/** A field, bare or quoted, and what ends it. */
const fieldPattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n)/y;

function records(text: string): TextRecord[] {
  const found: TextRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let lineOfRecord = 1;
  fieldPattern.lastIndex = 0;
  for (let match = fieldPattern.exec(text); match !== null; match = fieldPattern.exec(text)) {
    const [, field, end] = match as unknown as [string, string, string];
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field.trim());
    line += field.split('\n').length - 1;
    if (end === ',') continue;
    line++;
    if (fields.length > 1 || fields[0] !== '') found.push({ fields, line: lineOfRecord });
    fields = [];
    lineOfRecord = line;
  }
  return found;
}
