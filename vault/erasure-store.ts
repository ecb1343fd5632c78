import { canonicalText } from '../signing/canonical-json.ts';
import type { ErasureRecord } from '../signing/container/erasure-record.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { SignatoryId, TransactionId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';

/** Who asked, why, and which captures: as in the signed record, where there was a package to put one into. */
export type ErasureFacts = Pick<ErasureRecord, 'request' | 'legalBasis' | 'carriedOutBy'> & {
  /** Digests of the sealed captures that went. */
  readonly captures: readonly Sha256[];
};

export interface Erasure extends ErasureFacts {
  /** From 1, by transaction. */
  readonly number: number;
  readonly erasedAt: number;
  /** The package that another took the place of; null when none had been made. */
  readonly packageBefore: Sha256 | null;
  /** The cloud's receipt for that one, compact JWS; null when it was not delivered. */
  readonly receiptBefore: string | null;
}

/** A sealed capture of a transaction, by what is known of it without reading it. */
export interface CaptureFacts {
  readonly capture: Sha256;
  readonly signatory: SignatoryId;
  /** False: erased. */
  readonly there: boolean;
}

export interface ErasureStore {
  /** Takes these captures out of the seals and records why. @throws VaultError 'no-such-row' when one is not there. */
  insert(
    transaction: TransactionId,
    erasure: ErasureFacts & Pick<Erasure, 'erasedAt' | 'packageBefore' | 'receiptBefore'>,
  ): void;
  /** Oldest first. */
  ofTransaction(transaction: string): readonly Erasure[];
  /** In the order of signing. */
  captures(transaction: string): readonly CaptureFacts[];
}

interface Row extends Omit<Erasure, keyof ErasureFacts> {
  readonly facts: string;
}

export function createErasureStore(database: DatabaseHandle): ErasureStore {
  const insert = database.change<{
    transaction: string;
    erasedAt: number;
    facts: string;
    packageBefore: string | null;
    receiptBefore: string | null;
  }>(`INSERT INTO erasures (transaction_id, number, erased_at, facts, package_before, receipt_before)
      VALUES (@transaction, (SELECT count(*) + 1 FROM erasures WHERE transaction_id = @transaction), @erasedAt, @facts,
        @packageBefore, @receiptBefore)`);
  const empty = database.change<{ transaction: string; capture: string }>(
    `UPDATE seals SET sealed_capture = NULL
     WHERE capture_digest = @capture AND sealed_capture IS NOT NULL
       AND document_id IN (SELECT id FROM documents WHERE transaction_id = @transaction)`,
  );
  const ofTransaction = database.query<{ transaction: string }, Row>(
    `SELECT number, erased_at AS erasedAt, facts, package_before AS packageBefore, receipt_before AS receiptBefore
     FROM erasures WHERE transaction_id = @transaction ORDER BY number`,
  );
  const captures = database.query<
    { transaction: string },
    { capture: Sha256; signatory: SignatoryId; there: number }
  >(`SELECT capture_digest AS capture, ceremonies.signatory_id AS signatory, sealed_capture IS NOT NULL AS there
     FROM seals JOIN documents ON documents.id = document_id JOIN ceremonies ON ceremonies.id = ceremony_id
     WHERE documents.transaction_id = @transaction AND capture_digest IS NOT NULL
     ORDER BY documents.position, revision`);
  return {
    insert(transaction, { erasedAt, packageBefore, receiptBefore, ...facts }) {
      for (const capture of facts.captures) {
        if (empty.run({ transaction, capture }) !== 1) throw new VaultError('no-such-row', 'no such sealed capture');
      }
      insert.run({ transaction, erasedAt, facts: canonicalText(facts), packageBefore, receiptBefore });
    },
    ofTransaction: (transaction) =>
      ofTransaction
        .all({ transaction })
        .map(({ facts, ...row }) => ({ ...row, ...(JSON.parse(facts) as ErasureFacts) })),
    captures: (transaction) => captures.all({ transaction }).map((row) => ({ ...row, there: row.there === 1 })),
  };
}
