// What a user did wrong when asking for charts, as one sentence. Exit code 3, as for every wrong configuration.

export class ChartError extends Error {
  override readonly name = 'ChartError';
  readonly exitCode = 3;
}
