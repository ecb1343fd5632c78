import type { DocumentId, TransactionId } from '../../signing/ids.ts';

/** Apart from the fixtures, which only run under the test runner. */
export const TRANSACTION = 't-1' as TransactionId;
export const DOCUMENT = 'd-1' as DocumentId;
/** Bytes of a piece where many small ones serve better than few large. */
export const STAGED_PIECES = 5000;
