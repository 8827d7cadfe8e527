/**
 * The error of a storage that could not do what it was asked. It says whether the record certainly was not
 * stored (definite) or may have been.
 */

/** `storage-full`: no room for the record. `too-large`: no storage would have room for it. */
export type StorageErrorCode = 'storage-full' | 'too-large';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  readonly definite: boolean;

  constructor(code: StorageErrorCode, message: string, options: ErrorOptions & { definite: boolean }) {
    super(message, options);
    this.code = code;
    this.definite = options.definite;
  }
}
