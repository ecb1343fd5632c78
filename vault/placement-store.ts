import { canonicalText } from '../signing/canonical-json.ts';
import type { Placement } from '../signing/documents/placement.ts';
import type { DocumentId, PlacementId, SignatoryId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';

/** A placement with what has become of it. */
export interface PlacementRecord {
  readonly document: DocumentId;
  readonly placement: Placement;
  readonly signatory: SignatoryId | null;
  /** What a date, text or checkbox was filled with. */
  readonly value: string | null;
  readonly sealedAt: number | null;
}

export interface PlacementStore {
  /** Puts these, in this order, in place of all of the document's. @throws VaultError 'constraint' once one was sealed. */
  replace(document: DocumentId, placements: readonly Placement[]): void;
  get(document: string, placement: string): PlacementRecord | null;
  ofDocument(document: string): readonly PlacementRecord[];
  ofTransaction(transaction: string): readonly PlacementRecord[];
  assign(document: DocumentId, placement: PlacementId, signatory: SignatoryId): void;
  setValue(document: DocumentId, placement: PlacementId, value: string): void;
  /** Once only. @throws VaultError 'constraint' the second time. */
  setSealed(document: DocumentId, placement: PlacementId, at: number): void;
}

interface Row extends Omit<PlacementRecord, 'placement'> {
  readonly placement: string;
}
const SELECT = `SELECT document_id AS document, placement, signatory_id AS signatory, value, sealed_at AS sealedAt
  FROM placements`;
const KEY = 'WHERE document_id = @document AND id = @placement';

export function createPlacementStore(database: DatabaseHandle): PlacementStore {
  const clear = database.change<{ document: string }>('DELETE FROM placements WHERE document_id = @document');
  const sealedOnes = database.query<{ document: string }, { found: number }>(
    'SELECT 1 AS found FROM placements WHERE document_id = @document AND sealed_at IS NOT NULL LIMIT 1',
  );
  const insert = database.change<{ document: string; id: string; position: number; placement: string }>(
    'INSERT INTO placements (document_id, id, position, placement) VALUES (@document, @id, @position, @placement)',
  );
  const get = database.query<{ document: string; placement: string }, Row>(`${SELECT} ${KEY}`);
  const ofDocument = database.query<{ document: string }, Row>(
    `${SELECT} WHERE document_id = @document ORDER BY position`,
  );
  const ofTransaction = database.query<{ transaction: string }, Row>(
    `${SELECT} JOIN documents ON documents.id = document_id WHERE transaction_id = @transaction
     ORDER BY documents.position, placements.position`,
  );
  const assign = database.change<{ document: string; placement: string; signatory: string }>(
    `UPDATE placements SET signatory_id = @signatory ${KEY}`,
  );
  const setValue = database.change<{ document: string; placement: string; value: string }>(
    `UPDATE placements SET value = @value ${KEY}`,
  );
  const setSealed = database.change<{ document: string; placement: string; at: number }>(
    `UPDATE placements SET sealed_at = @at ${KEY} AND sealed_at IS NULL`,
  );
  const one = (changed: number): void => {
    if (changed !== 1) throw new VaultError('no-such-row', 'no such placement');
  };

  return {
    replace(document, placements) {
      if (sealedOnes.get({ document }) !== undefined) {
        throw new VaultError('constraint', 'placements stay as they are once one is sealed');
      }
      clear.run({ document });
      placements.forEach((placement, position) => {
        insert.run({ document, id: placement.id, position, placement: canonicalText(placement) });
      });
    },
    get(document, placement) {
      const row = get.get({ document, placement });
      return row === undefined ? null : recordOf(row);
    },
    ofDocument: (document) => ofDocument.all({ document }).map(recordOf),
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(recordOf),
    assign: (document, placement, signatory) => one(assign.run({ document, placement, signatory })),
    setValue: (document, placement, value) => one(setValue.run({ document, placement, value })),
    setSealed(document, placement, at) {
      if (setSealed.run({ document, placement, at }) === 1) return;
      const there = get.get({ document, placement }) !== undefined;
      throw new VaultError(there ? 'constraint' : 'no-such-row', there ? 'sealed already' : 'no such placement');
    },
  };
}

function recordOf(row: Row): PlacementRecord {
  return { ...row, placement: JSON.parse(row.placement) as Placement };
}
