/** The error for a text that is no state of a cluster. What an operator gets wrong is an answer, not an error. */

export type MembershipErrorCode = 'bad-state-text';

export class MembershipError extends Error {
  override readonly name = 'MembershipError';
  readonly code: MembershipErrorCode;
  /** Nothing was changed: a text is checked before it is used. */
  readonly definite = true;

  constructor(code: MembershipErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
