import type { DocumentId, TransactionId } from '../../signing/ids.ts';

/** Apart from the fixtures, which only run under the test runner. */
export const TRANSACTION = 't-1' as TransactionId;
export const DOCUMENT = 'd-1' as DocumentId;
