/**
 * The error of starting or reaching a server: something that the user can put right, told in one sentence and
 * never with a stack trace.
 */

export type ServerErrorCode =
  | 'port-in-use'
  | 'bad-address'
  | 'bad-members'
  | 'bad-quorum'
  | 'bad-data'
  | 'bad-users'
  | 'bad-limit'
  | 'bad-config'
  | 'bad-secret'
  | 'bad-tls'
  | 'untrusted'
  | 'unprotected'
  | 'not-ready'
  | 'process-died'
  | 'refused'
  | 'disconnected'
  | 'error-reply'
  | 'timeout';

export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  /** Whether the request that failed certainly had no effect. */
  readonly definite: boolean;
  /** What the command line exits with. */
  readonly exitCode = 3;

  constructor(code: ServerErrorCode, message: string, options: ErrorOptions & { definite?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.definite = options.definite ?? false;
  }
}
