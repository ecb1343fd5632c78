export type KeyStoreErrorCode =
  /** `key-store.json` cannot be understood. */
  | 'malformed'
  /** The file, the credential or the token that holds the secret is not there. */
  | 'missing'
  /** What is there does not open the vault key. Wrong secret and damaged wrapping are told as one: no oracle. */
  | 'refused'
  /** The secret cannot be used as it is: others can read it, it is too short, it lies beside what it protects. */
  | 'unfit';

/** A whole sentence for people: what is missing and what to do; never a secret, nor anything derived from one. */
export class KeyStoreError extends Error {
  readonly code: KeyStoreErrorCode;
  constructor(code: KeyStoreErrorCode, message: string) {
    super(message);
    this.name = 'KeyStoreError';
    this.code = code;
  }
}

/** The one answer to a secret that does not fit. */
export function refusedSecret(what: string): KeyStoreError {
  return new KeyStoreError(
    'refused',
    `The key store does not open the vault key: ${what} is not the one this kiosk was protected with, or key-store.json was changed.`,
  );
}
