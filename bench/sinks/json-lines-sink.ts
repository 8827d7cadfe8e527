// A line of JSON per window, and one for the end of the run, into a file or the standard output.
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Results } from '../../results/schema.js';
import type { Sink, SinkRun, WindowFigures } from './sink.js';

/** Bytes that wait for a reader who is too slow; what comes beyond them is left out, and said. */
const waitingBytesMax = 16 * 1024 * 1024;

export class JsonLinesSink implements Sink {
  readonly name: string;
  readonly #run: SinkRun;
  readonly #stream: WriteStream | NodeJS.WriteStream;
  readonly #isFile: boolean;
  #problem: Error | undefined;

  constructor(file: string, run: SinkRun) {
    this.name = `jsonl:${file}`;
    this.#run = run;
    this.#isFile = file !== '-';
    this.#stream = this.#isFile ? createWriteStream(file, { flags: 'a' }) : process.stdout;
    if (this.#isFile)
      this.#stream.on('error', (error) => {
        this.#problem = error;
      });
  }

  window(figures: WindowFigures): void {
    this.#write({ type: 'window', run: this.#run.id, driver: this.#run.driver, ...figures });
  }

  async end(results: Results | undefined): Promise<void> {
    if (results !== undefined) {
      const { verdict, total, operations, run } = results;
      this.#write({
        type: 'end',
        run: run.id,
        driver: this.#run.driver,
        end: run.end,
        verdict,
        total,
        operations,
      });
    }
    if (!this.#isFile) return;
    this.#stream.end();
    await finished(this.#stream as WriteStream);
  }

  #write(line: object): void {
    if (this.#problem !== undefined) throw this.#problem;
    if (this.#stream.writableLength > waitingBytesMax)
      throw new Error(`more than ${waitingBytesMax} bytes wait for whoever reads them`);
    this.#stream.write(`${JSON.stringify(line)}\n`);
  }
}
