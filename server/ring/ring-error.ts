/**
 * The error for a ring that somebody asked for and that cannot be: a bad size, a bad node name, a ring text
 * that does not read. Each message is one sentence that says what was given and what would be right. Mistakes
 * of a programmer are assertions instead.
 */

/** What was wrong, for programs; the message is for people. */
export type RingErrorCode =
  | 'bad-ring-size'
  | 'bad-node-name'
  | 'bad-cluster-id'
  | 'bad-members'
  | 'bad-partition'
  | 'bad-ring-text';

export class RingError extends Error {
  override readonly name = 'RingError';
  readonly code: RingErrorCode;
  /** Nothing was changed: a ring is checked before it is used. */
  readonly definite = true;
  /** What the command line exits with. */
  readonly exitCode = 3;

  constructor(code: RingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
