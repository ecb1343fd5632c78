import { sha256Apart } from '../../signing/digest.ts';
import type { CeremonyId, TransactionId } from '../../signing/ids.ts';
import type { Json } from '../../signing/canonical-json.ts';
import type { PackagedDocument } from '../../signing/sealing/package.ts';
import { BASELINE_LEVELS } from '../../signing/verification/verification-report.ts';
import type { KioskContext } from './context.ts';

const PACK_TIMEOUT_MS = 120_000;

/**
 * Turns a complete transaction into its one package and queues it. Safe to run again at any time: a kill between
 * "complete" and "queued" is mended at the next start, and the vault refuses a second package of a transaction.
 */
export class Packer {
  readonly #context: KioskContext;
  readonly #queued: () => void;
  #chain: Promise<void> = Promise.resolve();

  constructor(context: KioskContext, queued: () => void) {
    this.#context = context;
    this.#queued = queued;
  }

  /** One at a time, in order. */
  pack(id: TransactionId): Promise<void> {
    const next = this.#chain.then(() => this.#pack(id));
    this.#chain = next.catch(() => undefined);
    return next;
  }

  /** What was complete when the last run ended. */
  async packLeftOvers(): Promise<void> {
    const { vault } = this.#context;
    for (const row of vault.transactions.list({ state: 'complete', delivery: 'none', limit: 1000 }))
      await this.pack(row.id);
  }

  idle(): Promise<void> {
    return this.#chain;
  }

  async #pack(id: TransactionId): Promise<void> {
    const { vault, keys, identity, clock, work, events } = this.#context;
    const transaction = vault.transactions.get(id);
    if (transaction?.state !== 'complete' || vault.outbox.ofTransaction(id) !== null) return;
    const { documents, levels } = await this.#documents(id);
    const audit = vault.audit.excerpt(id, this.#lastPackedSequence());
    const built = await work.run(
      'pack',
      {
        tenant: identity.tenant.id,
        branch: identity.branch.id,
        kiosk: identity.kiosk,
        transaction: id,
        transactionName: transaction.name,
        completedAt: new Date(transaction.changedAt),
        documents,
        signatures: vault.seals.ofTransaction(id).map((seal) => {
          const placement = vault.placements.get(seal.document, seal.placement);
          const signatory = placement?.signatory;
          if (placement === null || signatory === null || signatory === undefined)
            throw new Error('a seal has a signatory');
          return {
            document: seal.document,
            field: placement.placement.fieldName,
            ceremony: seal.ceremony,
            signatory,
            role: placement.placement.role,
            statement: seal.binding,
            sealedCapture: seal.sealedCapture,
          };
        }),
        ceremonyRecords: this.#ceremonyRecords(id),
        recordRecipients: keys.recordCertificates(),
        audit,
        // The cloud asks for the certificate of the time when all was complete; it may have been renewed since.
        key: keys.sealKey(transaction.changedAt),
        signedAt: new Date(clock.now()),
      },
      { timeoutMs: PACK_TIMEOUT_MS },
    );
    await vault.contents.whileStaged([built.bytes], ([container]) =>
      vault.write(() => {
        if (container === undefined) throw new Error('what was built is staged');
        // Another run may have queued it while this one was building, or a manager have voided it.
        if (vault.outbox.ofTransaction(id) !== null || vault.transactions.get(id)?.state !== 'complete') return;
        vault.outbox.insert({ transaction: id, auditHead: audit.head.digest, package: container });
        vault.meta.set(LAST_PACKED, String(audit.head.sequence));
        vault.audit.append({
          eventType: 'package.built',
          transactionId: id,
          transactionName: transaction.name,
          processState: 'completed',
          extra: { package: built.digest, bytes: built.bytes.length, ...levels },
        });
      }),
    );
    events.emit({ type: 'transaction', id });
    this.#queued();
  }

  /** As sealed, or with what services gave in time; and what the trail says of that. */
  async #documents(id: TransactionId): Promise<{
    readonly documents: readonly PackagedDocument[];
    readonly levels: { readonly level?: string; readonly levelReason?: string };
  }> {
    const { vault, evidence } = this.#context;
    const sealed: PackagedDocument[] = [];
    for (const document of vault.documents.ofTransaction(id)) {
      const revisions = vault.documents.revisions(document.id);
      const bytes = await vault.documents.read(document.id);
      const prepared = revisions.find(({ kind }) => kind === 'prepared') ?? revisions[0];
      if (bytes === null || prepared === undefined) throw new Error('a complete transaction has its bytes');
      sealed.push({
        id: document.id,
        name: document.name,
        bytes,
        original: document.facts.digest,
        prepared: prepared.digest,
        revisions: revisions
          .filter(({ number }) => number >= prepared.number)
          .map(({ digest, length }) => ({ digest, length })),
      });
    }
    if (evidence === null) return { documents: sealed, levels: {} };
    const evidenced = await evidence.add(sealed.map(({ bytes }) => bytes));
    const documents: PackagedDocument[] = [];
    for (const [at, document] of sealed.entries()) {
      const bytes = evidenced[at]?.bytes ?? document.bytes;
      documents.push(bytes.length === document.bytes.length ? document : await lengthened(document, bytes));
    }
    const level = BASELINE_LEVELS.find((one) => evidenced.some((document) => document.level === one));
    const reason = evidenced.find((document) => document.reason !== null)?.reason;
    return {
      documents,
      levels: {
        ...(level === undefined ? {} : { level }),
        ...(reason === undefined || reason === null ? {} : { levelReason: reason.code }),
      },
    };
  }

  /** Where the last package's excerpt ended: the next one begins there, so that the cloud sees no gap. */
  #lastPackedSequence(): number {
    return Number(this.#context.vault.meta.get(LAST_PACKED) ?? '0');
  }

  /** Personal data of the sittings: sealed for the tenant inside the package. */
  #ceremonyRecords(id: TransactionId): Json {
    const { vault } = this.#context;
    return vault.ceremonies.ofTransaction(id).map((ceremony) => ({
      ceremony: ceremony.id,
      signatory: ceremony.signatory,
      clerk: ceremony.clerk,
      startedAt: ceremony.startedAt,
      state: JSON.parse(JSON.stringify(ceremony.state)) as Json,
      identity: identityOf(vault, ceremony.id),
    }));
  }
}

/** The package names the whole file last; what was sealed stays a revision before it. */
async function lengthened(document: PackagedDocument, bytes: Uint8Array): Promise<PackagedDocument> {
  const revision = { digest: await sha256Apart(bytes), length: bytes.length };
  return { ...document, bytes, revisions: [...document.revisions, revision] };
}

const LAST_PACKED = 'audit-packed-up-to';

function identityOf(vault: KioskContext['vault'], ceremony: CeremonyId): Json {
  const check = vault.identities.ofCeremony(ceremony);
  return check === null ? null : (JSON.parse(JSON.stringify(check)) as Json);
}
