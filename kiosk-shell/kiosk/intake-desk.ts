import { deriveSignatories } from '../../signing/ceremony/signatories.ts';
import { sha256Apart } from '../../signing/digest.ts';
import type { DocumentFacts, DocumentRefusal } from '../../signing/documents/document.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import type { DocumentId, PlacementId, SignatoryId, TransactionId } from '../../signing/ids.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { Staged } from '../../vault/content-store.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { KioskApi } from '../kiosk-api/kiosk-api.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { inspectFile, prepareFiles, type ExaminePorts, type PreparedFile } from '../work/examine-files.ts';
import { auditActor, refuse, writeAct, type KioskContext } from './context.ts';
import { typeOf } from './document-types.ts';
import {
  beyondLimits,
  faultDetail,
  readiness,
  signatoriesOf,
  tooLarge,
  type Arrived,
  type IntakeFile,
  type IntakeRefusal,
} from './intake-readiness.ts';
import { placingRefusal } from './placing-refusal.ts';

export type IntakeSource = Actor | 'folder' | 'demo' | 'cloud';
type PlaceInput = Parameters<KioskApi['place']>[1];

/** From bytes at the door to a transaction whose signatories, order and boxes are known. */
export class IntakeDesk {
  readonly #context: KioskContext;

  constructor(context: KioskContext) {
    this.#context = context;
  }

  /** `as`: id and name of the transaction, where whoever hands the files in says them. */
  async intake(
    files: readonly IntakeFile[],
    by: IntakeSource,
    as: { readonly id?: TransactionId; readonly name?: string } = {},
  ): Promise<Result<TransactionId, IntakeRefusal>> {
    const { id = this.#context.newId() as TransactionId, name = transactionName(files) } = as;
    const arrived: Arrived[] = [];
    const beyond = beyondLimits(files);
    if (beyond !== null) return this.#refused(beyond.file, beyond.refusal, { files: files.length }, by);
    for (const file of files) {
      const facts = await inspectFile(this.#examine(), file);
      if (!facts.ok) return this.#refuseFile(file, facts.error, by);
      arrived.push({ ...file, facts: facts.value });
    }
    const first = arrived[0];
    if (first === undefined) throw new RangeError('intake of no file');
    const asked = readiness(arrived);
    if (typeof asked === 'object') return this.#refuseFile(asked.file, asked.refusal, by);
    if (asked === 'to-place') {
      if (typeof by !== 'object') {
        const detail = 'no usable tag and no signature field whose role can be told; nobody is there to place fields';
        return this.#refuseFile(first, { code: 'no-tags', detail }, by);
      }
      await this.#staged(arrived, (staged) => void this.#insert({ id, name }, arrived, staged, 'placing', by));
      this.#context.events.emit({ type: 'transactions' });
      return ok(id);
    }
    const prepared = await prepareFiles(this.#examine(), arrived);
    if (!prepared.ok) return this.#refuseFile(prepared.error.file, prepared.error.refusal, by);
    await this.#staged(arrived, (staged) => {
      const documents = this.#insert({ id, name }, arrived, staged, 'open', by);
      this.#open(id, documents, prepared.value, by);
    });
    this.#context.events.emit({ type: 'transactions' });
    return ok(id);
  }

  /** The clerk's boxes and answers; from here on the documents are prepared like tagged ones. */
  async place(transaction: string, input: PlaceInput, actor: Actor): Promise<Act<TransactionId>> {
    const { vault } = this.#context;
    const found = vault.transactions.get(transaction);
    if (found === null) return refuse('not-found', 'no such transaction');
    if (found.state !== 'placing') return refuse('wrong-state', 'fields are placed before the ceremony only');
    const documents = vault.documents.ofTransaction(transaction);
    const withBytes: (Arrived & { readonly id: DocumentId })[] = [];
    for (const document of documents) {
      const bytes = await vault.documents.read(document.id);
      if (bytes === null) return refuse('not-found', 'the bytes are gone');
      const answers = input.documents.find((entry) => entry.document === document.id);
      const placements = this.#placementsOf(document.facts, answers);
      withBytes.push({ id: document.id, name: document.name, bytes, facts: { ...document.facts, placements } });
    }
    const signatories = signatoriesOf(withBytes);
    if (!signatories.ok) return refuse(signatories.error.code, faultDetail(signatories.error));
    const prepared = await prepareFiles(this.#examine(), withBytes);
    if (!prepared.ok) {
      const document = withBytes.find((one) => one === prepared.error.file);
      if (document === undefined) throw new Error('a refusal is of one of the files');
      return err(placingRefusal(prepared.error.refusal, document.id));
    }
    const done = writeAct<TransactionId>(vault, () => {
      if (vault.transactions.get(transaction)?.state !== 'placing') return refuse('wrong-state', 'opened meanwhile');
      vault.audit.append({
        eventType: 'document.placed',
        ...this.#about(found.id, found.name),
        ...auditActor(actor),
        processState: 'loading',
      });
      vault.transactions.setState(found.id, 'open');
      this.#open(
        found.id,
        withBytes.map(({ id }) => id),
        prepared.value,
        actor,
      );
      return ok(found.id);
    });
    this.#context.events.emit({ type: 'transactions' });
    return done;
  }

  /** The clerk knows better than a rule what a document is. Once somebody has signed, the rules of the sitting stand. */
  chooseType(transaction: string, document: string, type: string, actor: Actor): Act<TransactionId> {
    const { vault, documentTypes } = this.#context;
    return writeAct<TransactionId>(vault, () => {
      const found = vault.transactions.get(transaction);
      const record = vault.documents.get(document);
      if (found === null || record?.transaction !== found.id) return refuse('not-found', 'no such document');
      if (!documentTypes.types.some(({ id }) => id === type)) return refuse('invalid', 'no such document type');
      const closed = found.state === 'complete' || found.state === 'declined' || found.state === 'voided';
      const signed = vault.seals.ofTransaction(found.id).length > 0;
      if (closed || signed) return refuse('wrong-state', 'the type is chosen before anybody has signed');
      if (record.type === type) return ok(found.id);
      vault.documents.setType(record.id, type);
      vault.audit.append({
        eventType: 'document.typed',
        ...this.#about(found.id, found.name),
        ...auditActor(actor),
        processState: found.state === 'placing' ? 'loading' : 'prepared',
        extra: { document: record.id, type, ...(record.type === null ? {} : { before: record.type }) },
      });
      return ok(found.id);
    });
  }

  /** The ports are the context's own of this moment: the seal key may have been renewed. */
  #examine(): ExaminePorts {
    const { intakeWork, intakeTimeoutMs, keys } = this.#context;
    return { work: intakeWork, timeoutMs: intakeTimeoutMs, chain: keys.sealKey().chain };
  }

  /** All original bytes are in the vault before the one write that makes a transaction of them. */
  #staged(files: readonly Arrived[], insert: (staged: readonly Staged[]) => void): Promise<void> {
    const { vault } = this.#context;
    return vault.contents.whileStaged(
      files.map(({ bytes }) => bytes),
      (staged) => vault.write(() => insert(staged)),
    );
  }

  /** Rows of a new transaction: original bytes are durable before anything is shown of it. */
  #insert(
    { id, name }: { readonly id: TransactionId; readonly name: string },
    files: readonly Arrived[],
    staged: readonly Staged[],
    state: 'placing' | 'open',
    by: IntakeSource,
  ): DocumentId[] {
    const { vault, newId, documentTypes } = this.#context;
    return vault.write<DocumentId[]>(() => {
      vault.transactions.insert({ id, name, state, createdBy: typeof by === 'object' ? by.staff.name : by });
      return files.map(({ name: file, facts }, position) => {
        const bytes = staged[position];
        if (bytes === undefined) throw new Error('every file is staged');
        const document = newId() as DocumentId;
        const type = typeOf(documentTypes, { fileName: file, metadata: facts.metadata });
        vault.documents.insert({ id: document, transaction: id, position, name: cleanName(file), facts, bytes, type });
        vault.placements.replace(document, facts.placements);
        vault.audit.append({
          eventType: 'document.received',
          ...this.#about(id, name),
          ...auditActor(typeof by === 'object' ? by : null),
          processState: 'loading',
          extra: {
            digest: facts.digest,
            bytes: facts.byteLength,
            pages: facts.pages.length,
            source: sourceOf(by),
            ...(type === null ? {} : { type }),
          },
        });
        return document;
      });
    });
  }

  /** Prepared revisions, signatories and their placements; inside the caller's write. */
  #open(
    id: TransactionId,
    documents: readonly DocumentId[],
    prepared: readonly PreparedFile[],
    by: IntakeSource,
  ): void {
    const { vault, newId } = this.#context;
    const name = vault.transactions.get(id)?.name ?? '';
    const about = { ...this.#about(id, name), ...auditActor(typeof by === 'object' ? by : null) };
    documents.forEach((document, i) => {
      const file = prepared[i];
      if (file === undefined) throw new Error('every document is prepared');
      vault.placements.replace(document, file.placements);
      if (file.increment.length > 0) {
        const { increment, digest, length } = file;
        const appended = vault.documents.appendRevision(
          document,
          increment,
          { digest, length, kind: 'prepared' },
          file.original,
        );
        if (!appended.ok) throw new Error('a document changed while it was prepared');
      }
      vault.audit.append({
        eventType: 'document.prepared',
        ...about,
        processState: 'prepared',
        extra: { original: file.original, prepared: file.digest },
      });
    });
    const byDocument = documents.map((document, i) => ({ document, placements: prepared[i]?.placements ?? [] }));
    const signatories = deriveSignatories(byDocument);
    if (!signatories.ok) throw new Error(`signatories were told before: ${signatories.error.code}`);
    for (const { role, order } of signatories.value) {
      const signatory = newId() as SignatoryId;
      vault.signatories.insert({ id: signatory, transaction: id, role, order });
      for (const { document, placements } of byDocument) {
        for (const placement of placements) {
          if (placement.role === role) vault.placements.assign(document, placement.id, signatory);
        }
      }
    }
    vault.audit.append({ eventType: 'transaction.opened', ...about, processState: 'prepared' });
  }

  #placementsOf(facts: DocumentFacts, answers: PlaceInput['documents'][number] | undefined): readonly Placement[] {
    const { newId } = this.#context;
    const found = facts.placements.map((placement): Placement => {
      const answer = answers?.assigned.find((entry) => entry.fieldName === placement.fieldName);
      return answer === undefined
        ? placement
        : { ...placement, role: answer.role, order: answer.order, label: answer.label };
    });
    const taken = new Set(found.map(({ fieldName }) => fieldName));
    const placed = (answers?.placements ?? []).map((placement): Placement => {
      const fieldName = freeName(`${placement.role}-${placement.kind}`, taken);
      return { ...placement, id: newId() as PlacementId, fieldName, source: 'placed' };
    });
    return [...found, ...placed];
  }

  /** For a file that is not even read: its size alone says no. */
  refuseUnread(name: string, bytes: number, by: IntakeSource): Result<never, IntakeRefusal> {
    return this.#refused(name, tooLarge(bytes), { bytes }, by);
  }

  async #refuseFile(
    { name, bytes }: IntakeFile,
    refusal: DocumentRefusal,
    by: IntakeSource,
  ): Promise<Result<never, IntakeRefusal>> {
    return this.#refused(name, refusal, { digest: await sha256Apart(bytes), bytes: bytes.length }, by);
  }

  #refused(
    file: string,
    refusal: DocumentRefusal,
    about: Readonly<Record<string, string | number>>,
    by: IntakeSource,
  ): Result<never, IntakeRefusal> {
    const { vault } = this.#context;
    vault.write(
      () =>
        void vault.audit.append({
          eventType: 'document.refused',
          success: false,
          ...auditActor(typeof by === 'object' ? by : null),
          extra: { code: refusal.code, ...about, source: sourceOf(by) },
          processState: 'loading',
        }),
    );
    return err({ file, refusal });
  }

  #about(transactionId: TransactionId, transactionName: string): { transactionId: string; transactionName: string } {
    return { transactionId, transactionName };
  }
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}-${n}`;
  taken.add(name);
  return name;
}

function cleanName(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  return (
    base
      .replace(/\.pdf$/i, '')
      .normalize('NFC')
      .trim()
      .slice(0, 200) || 'Document'
  );
}

function transactionName(files: readonly IntakeFile[]): string {
  const first = cleanName(files[0]?.name ?? '');
  return files.length > 1 ? `${first} (+${files.length - 1})` : first;
}

function sourceOf(by: IntakeSource): string {
  return typeof by === 'object' ? 'clerk' : by;
}
