// What a user is told when the configuration is wrong: every problem at once, each with the place, what was
// found and what is right. Nothing has been started when this is thrown; the exit code is 3.

export interface ConfigurationProblem {
  /** The key or flag, for example `duration` or `operations.get`. Empty when it concerns the whole. */
  path: string;
  message: string;
  /** What stands there, what would be right, and the known name that comes closest, where these can be told. */
  found?: string;
  expected?: string;
  nearest?: string;
}

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly exitCode = 3;
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[] | string) {
    const list = typeof problems === 'string' ? [{ path: '', message: problems }] : problems;
    super(list.map(describe).join('\n'));
    this.problems = list;
  }
}

function describe(problem: ConfigurationProblem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}
