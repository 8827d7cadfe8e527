// schedule.csv: what an open loop offered, window by window, and how far behind its schedule it was.
import { join } from 'node:path';
import { type ScheduleRow, scheduleColumns } from '../../results/schema.js';
import { CsvFile } from './csv-file.js';

export class ScheduleFile {
  readonly #file: CsvFile;

  constructor(folder: string) {
    this.#file = new CsvFile(join(folder, 'schedule.csv'), scheduleColumns);
  }

  append(row: ScheduleRow): void {
    const { elapsedSeconds, windowSeconds, offered, dropped, backlog, limitedShare } = row;
    const lags = [row.lagMedianUs, row.lagP99Us, row.lagMaxUs].map((us) => us.toFixed(0));
    const spans = [elapsedSeconds.toFixed(6), windowSeconds.toFixed(6)];
    this.#file.append([[...spans, offered, dropped, backlog, limitedShare.toFixed(4), ...lags]]);
  }

  close(): void {
    this.#file.close();
  }
}
