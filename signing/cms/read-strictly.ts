import { err, ok, type Result } from '../result.ts';
import { DerError } from './der-reader.ts';

/** Bytes from outside that are not the structure they should be. `detail` is an English sentence about form alone. */
export interface Malformed {
  readonly code: 'malformed';
  readonly detail: string;
}

/** Runs a reader of outside bytes: what it throws about them becomes a refusal that names `what` was read. */
export function readStrictly<T>(what: string, read: () => T): Result<T, Malformed> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof DerError) {
      return err({ code: 'malformed', detail: `The ${what} is not strict DER of its kind: ${error.message}.` });
    }
    throw error;
  }
}
