// A file of a run folder that is missing or does not say what it should. The message is one sentence with the
// place in it, because it is all that the user of a command sees; the exit code is that of a wrong input.

export interface Place {
  path: string;
  /** Counted from 1, the header being line 1; absent when the file as a whole is meant. */
  line?: number;
}

export class RunFileError extends Error {
  override readonly name = 'RunFileError';
  readonly exitCode = 3;
  readonly path: string;
  readonly line: number | undefined;

  constructor(place: Place, problem: string, cause?: unknown) {
    const where = place.line === undefined ? place.path : `${place.path}:${place.line}`;
    super(`${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.path = place.path;
    this.line = place.line;
  }
}
