import { createHash } from 'node:crypto';
import { canonicalText } from '../signing/canonical-json.ts';
import type { Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { DocumentFacts } from '../signing/documents/document.ts';
import type { DocumentId, TransactionId } from '../signing/ids.ts';
import { err, ok, type Result } from '../signing/result.ts';
import type { Contents, Staged } from './content-store.ts';
import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';

export type RevisionKind = 'original' | 'prepared' | 'filled' | 'sealed';

export interface DocumentRecord {
  readonly id: DocumentId;
  readonly transaction: TransactionId;
  readonly position: number;
  readonly name: string;
  readonly facts: DocumentFacts;
  /** Id of its document type; null when neither a rule nor a clerk named one. */
  readonly type: string | null;
}

/** Revision `number` is the first `length` bytes of the newest file; 0 is the original. */
export interface RevisionRecord {
  readonly number: number;
  readonly kind: RevisionKind;
  readonly digest: Sha256;
  readonly length: number;
  readonly createdAt: number;
}

/** `digest` is what the document's newest revision is now. */
export interface RevisionChanged {
  readonly code: 'revision-changed';
  readonly digest: Sha256;
}

export interface DocumentStore {
  /** Original bytes, revision 0. @throws VaultError 'revision-inconsistent' when they are not what `facts` is about. */
  insert(document: {
    id: DocumentId;
    transaction: TransactionId;
    position: number;
    name: string;
    facts: DocumentFacts;
    bytes: Uint8Array | Staged;
    type?: string | null;
  }): RevisionRecord;
  setType(id: DocumentId, type: string): void;
  get(id: string): DocumentRecord | null;
  /** In order of position. */
  ofTransaction(transaction: string): readonly DocumentRecord[];
  /** Oldest first. */
  revisions(document: string): readonly RevisionRecord[];
  newest(document: string): RevisionRecord | null;
  /**
   * Appends what was added after the revision `expectedPrevious`. The bytes before are read and digested again here,
   * inside the transaction: what was shown is what is sealed. Refused, with nothing written, when another revision
   * came between.
   * @throws VaultError 'revision-inconsistent' when digest or length of the new whole are not as stated,
   * 'damaged' when the stored bytes no longer have their digest.
   */
  appendRevision(
    document: DocumentId,
    increment: Uint8Array,
    revision: { digest: Sha256; length: number; kind: Exclude<RevisionKind, 'original'> },
    expectedPrevious: Sha256,
  ): Result<RevisionRecord, RevisionChanged>;
  /**
   * A revision by digest (default: the newest), joined piece by piece with turns of the event loop between; null when
   * unknown, or released before the end. Shared memory: nobody writes to it.
   */
  read(document: string, digest?: string): Promise<Uint8Array | null>;
  /** Gives up the stored bytes of a transaction's documents, which go with the next sweep; digests and lengths stay. */
  release(transaction: TransactionId): void;
}

interface DocumentRow extends Omit<DocumentRecord, 'facts'> {
  readonly facts: string;
}
/** Facts never change, and those of 500 pages take time to read: the largest transactions are kept parsed. */
const FACTS_KEPT = 200;
const REVISION = 'number, kind, digest, length, created_at AS createdAt';

export function createDocumentStore(database: DatabaseHandle, clock: Clock, contents: Contents): DocumentStore {
  const insert = database.change<{
    id: string;
    transaction: string;
    position: number;
    name: string;
    facts: string;
    type: string | null;
  }>(`INSERT INTO documents (id, transaction_id, position, name, facts, type)
      VALUES (@id, @transaction, @position, @name, @facts, @type)`);
  const setType = database.change<{ id: string; type: string }>('UPDATE documents SET type = @type WHERE id = @id');
  const insertRevision = database.change<{
    document: string;
    number: number;
    kind: string;
    digest: string;
    length: number;
    now: number;
    content: number;
  }>(`INSERT INTO revisions (document_id, number, kind, digest, length, created_at, content)
      VALUES (@document, @number, @kind, @digest, @length, @now, @content)`);
  const select = 'SELECT id, transaction_id AS "transaction", position, name, facts, type FROM documents';
  const get = database.query<{ id: string }, DocumentRow>(`${select} WHERE id = @id`);
  const ofTransaction = database.query<{ transaction: string }, DocumentRow>(
    `${select} WHERE transaction_id = @transaction ORDER BY position`,
  );
  const revisions = database.query<{ document: string }, RevisionRecord>(
    `SELECT ${REVISION} FROM revisions WHERE document_id = @document ORDER BY number`,
  );
  const newest = database.query<{ document: string }, RevisionRecord>(
    `SELECT ${REVISION} FROM revisions WHERE document_id = @document ORDER BY number DESC LIMIT 1`,
  );
  const byDigest = database.query<{ document: string; digest: string }, RevisionRecord>(
    `SELECT ${REVISION} FROM revisions WHERE document_id = @document AND digest = @digest`,
  );
  const contentsOf = database.query<{ document: string; upTo: number }, { content: number | null }>(
    'SELECT content FROM revisions WHERE document_id = @document AND number <= @upTo ORDER BY number',
  );
  const release = database.change<{ transaction: string }>(
    `UPDATE revisions SET content = NULL
     WHERE content IS NOT NULL AND document_id IN (SELECT id FROM documents WHERE transaction_id = @transaction)`,
  );

  const known = new Map<string, DocumentFacts>();
  const documentOf = (row: DocumentRow): DocumentRecord => {
    const facts = known.get(row.id) ?? (JSON.parse(row.facts) as DocumentFacts);
    const [oldest] = known.keys();
    if (!known.has(row.id) && known.size >= FACTS_KEPT && oldest !== undefined) known.delete(oldest);
    known.set(row.id, facts);
    return { ...row, facts };
  };

  const add = (
    document: DocumentId,
    number: number,
    facts: { kind: RevisionKind; digest: Sha256; length: number },
    content: number,
  ): RevisionRecord => {
    const { kind, digest, length } = facts;
    const createdAt = clock.now();
    insertRevision.run({ document, number, kind, digest, length, now: createdAt, content });
    return { number, kind, digest, length, createdAt };
  };

  return {
    insert({ bytes, type = null, ...document }) {
      const { content, digest, length } = contents.place(bytes);
      const { facts } = document;
      if (facts.digest !== digest || facts.byteLength !== length) {
        throw new VaultError('revision-inconsistent', 'the facts are about other bytes');
      }
      insert.run({ ...document, facts: canonicalText(facts), type });
      return add(document.id, 0, { kind: 'original', digest, length }, content);
    },
    setType(id, type) {
      if (setType.run({ id, type }) !== 1) throw new VaultError('no-such-row', 'no such document');
    },
    get(id) {
      const row = get.get({ id });
      return row === undefined ? null : documentOf(row);
    },
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(documentOf),
    revisions: (document) => revisions.all({ document }),
    newest: (document) => newest.get({ document }) ?? null,
    appendRevision(document, increment, revision, expectedPrevious) {
      const previous = newest.get({ document });
      if (previous === undefined) throw new VaultError('no-such-row', 'no such document');
      if (previous.digest !== expectedPrevious) return err({ code: 'revision-changed', digest: previous.digest });
      const hash = createHash('sha256');
      for (const { content } of contentsOf.all({ document, upTo: previous.number })) {
        if (content === null) throw new VaultError('no-such-row', 'the bytes of this document were released');
        for (const piece of contents.pieces(content)) hash.update(piece);
      }
      if (hash.copy().digest('hex') !== expectedPrevious) {
        throw new VaultError('damaged', 'a stored revision no longer has its digest');
      }
      const digest = hash.update(increment).digest('hex');
      if (digest !== revision.digest || previous.length + increment.length !== revision.length) {
        throw new VaultError('revision-inconsistent', 'digest or length of the new revision is not as stated');
      }
      return ok(add(document, previous.number + 1, revision, contents.place(increment).content));
    },
    async read(document, digest) {
      const revision = digest === undefined ? newest.get({ document }) : byDigest.get({ document, digest });
      if (revision === undefined) return null;
      const found = contentsOf.all({ document, upTo: revision.number }).map(({ content }) => content);
      const there = found.filter((content) => content !== null);
      return there.length === found.length ? contents.read(there, revision.length) : null;
    },
    release: (transaction) => void release.run({ transaction }),
  };
}
