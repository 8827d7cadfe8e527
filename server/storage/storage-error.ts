/**
 * The error of a storage that could not do what it was asked. It says whether the record certainly was not
 * stored (definite) or may have been.
 */

/**
 * - `storage-full`: no room for the record; there may be again later.
 * - `too-large`: no storage would have room for it.
 * - `overloaded`: too much is waiting for the disk; later, there is room again.
 * - `corrupt`: the record that is there has changed on the disk. It is not served; a put replaces it.
 * - `storage-failed`: the disk refused to make something durable. Nothing is written any more until the store
 *   is opened again, since a second try could report a success that is none.
 * - `foreign-store`: the directory belongs to another node or cluster, or to another version of the format.
 * - `unusable`: the directory cannot be made, read or written.
 * - `in-use`: another process has the directory open.
 */
export type StorageErrorCode =
  | 'storage-full'
  | 'too-large'
  | 'overloaded'
  | 'corrupt'
  | 'storage-failed'
  | 'foreign-store'
  | 'unusable'
  | 'in-use';

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
