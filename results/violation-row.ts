// violations.csv as data: when something was read that may not be, and what.
import { numberIn, parseQuotedTable } from './parse-quoted-table.js';
import { violationColumns } from './schema.js';

export interface ViolationRow {
  /** Since the start of the run; the final audit comes after its end. */
  seconds: number;
  kind: string;
  key: string;
  detail: string;
}

/** Throws RunFileError where the text is not as a run writes it. */
export function parseViolations(text: string, path: string): ViolationRow[] {
  return parseQuotedTable(text, violationColumns, path).map((row) => ({
    seconds: numberIn(row, 'seconds', path),
    kind: row.kind,
    key: row.key,
    detail: row.detail,
  }));
}
