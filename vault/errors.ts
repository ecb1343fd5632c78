/** What can go wrong in the vault and is not a Result: the caller has a bug, or the machine is in trouble. */
export type VaultErrorCode =
  /** The file is a database, but of something else. */
  | 'not-a-vault'
  /** The key that was given does not open it. */
  | 'locked'
  /** There is a key for it, but it lies unencrypted: protecting it was not finished. */
  | 'in-the-clear'
  /** Written by a newer version of this program: never touched. */
  | 'schema-newer'
  | 'damaged'
  /** Another process held the write lock for longer than the busy timeout. */
  | 'busy'
  | 'disk-full'
  | 'write-outside-transaction'
  | 'asynchronous-transaction'
  /** An inner write failed, and the outer one went on as if it had not. */
  | 'transaction-doomed'
  /** A second one where there can be only one, or a change to what never changes. */
  | 'constraint'
  | 'no-such-row'
  | 'revision-inconsistent'
  /** Bytes that are not a CMS AuthEnvelopedData were offered as a sealed capture. */
  | 'capture-not-sealed';

/** Messages name tables and codes, never contents. */
export class VaultError extends Error {
  readonly code: VaultErrorCode;
  constructor(code: VaultErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'VaultError';
    this.code = code;
  }
}
