import { isoTime } from '../../signing/clock.ts';
import { sha256Apart } from '../../signing/digest.ts';
import type { TransactionId } from '../../signing/ids.ts';
import { anchorsOf, type ReportAbout } from '../../signing/report/report-about.ts';
import { ok } from '../../signing/result.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import type { TransactionRecord } from '../../vault/transaction-store.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { CheckedFile, ReportWanted, SavedReport } from '../kiosk-api/report.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { reportName } from '../report-name.ts';
import { SOFTWARE } from '../software.ts';
import { auditActor, refuse, type KioskContext } from './context.ts';
import { takeStep } from './ceremony-steps.ts';
import type { Ceremony } from '../../signing/ceremony/ceremony.ts';

const VERIFY_TIMEOUT_MS = 60_000;

/** What a manager decides afterwards. Every decision is an audit entry with a name. */
export class ManagerDesk {
  readonly #context: KioskContext;

  constructor(context: KioskContext) {
    this.#context = context;
  }

  approve(id: string, actor: Actor): Act {
    return this.#decide(id, actor, 'transaction.approved', null, (transaction) => {
      if (transaction.state !== 'complete') return 'only a complete transaction is approved';
      this.#context.vault.transactions.setReview(transaction.id, 'approved');
      return null;
    });
  }

  returnToClerk(id: string, reason: string, actor: Actor): Act {
    return this.#decide(id, actor, 'transaction.returned', reason, (transaction) => {
      if (transaction.state === 'voided') return 'a voided transaction is not returned';
      this.#context.vault.transactions.setReview(transaction.id, 'returned', reason);
      return null;
    });
  }

  /** Ends a ceremony under way first; what is sealed stays sealed and is marked void in the trail. */
  void(id: string, reason: string, actor: Actor): { readonly act: Act; readonly ended: Ceremony | null } {
    const { vault } = this.#context;
    let ended: Ceremony | null = null;
    const act = this.#decide(id, actor, 'transaction.voided', reason, (transaction) => {
      if (transaction.state === 'voided') return 'the transaction is void already';
      const active = vault.ceremonies.activeOf(transaction.id);
      if (active !== null) {
        const cancelled = takeStep(this.#context, active.id, { kind: 'cancel', reason }, actor);
        if (cancelled.ok) ended = cancelled.value;
      }
      vault.transactions.setState(transaction.id, 'voided', reason);
      return null;
    });
    return { act, ended };
  }

  retryDelivery(id: string, actor: Actor): Act {
    const { vault } = this.#context;
    const transaction = vault.transactions.get(id);
    if (transaction === null) return refuse('not-found', 'no such transaction');
    if (transaction.state === 'complete' && vault.outbox.ofTransaction(id) === null) {
      this.#append(transaction, actor, 'package.retried', { problem: 'not-packed' });
      return ok(undefined);
    }
    const again = vault.outbox.retry(id, actor.staff.name, actor.ip);
    return again ? ok(undefined) : refuse('wrong-state', 'the package is neither refused nor set aside');
  }

  exportAudit(id: string, actor: Actor): Act<{ name: string; json: string }> {
    const { vault } = this.#context;
    const transaction = vault.transactions.get(id);
    if (transaction === null) return refuse('not-found', 'no such transaction');
    this.#append(transaction, actor, 'transaction.exported', {});
    const excerpt = vault.audit.excerpt(id);
    return ok({ name: `audit-${id}.json`, json: JSON.stringify(excerpt, null, 2) });
  }

  async verify(id: string, actor: Actor): Promise<Act<VerificationReport>> {
    const judged = await this.#judge(id, 'verify', actor);
    return judged.ok ? ok(judged.value.report) : judged;
  }

  /** The same as a file, judged anew. */
  async saveReport(id: string, wanted: ReportWanted, actor: Actor): Promise<Act<SavedReport>> {
    const judged = await this.#judge(id, 'report', actor);
    if (!judged.ok) return judged;
    const written = await this.#context.work.run(
      'report',
      { ...judged.value, wanted },
      { timeoutMs: VERIFY_TIMEOUT_MS },
    );
    return ok({ ...written, name: reportName(judged.value.about.file, wanted) });
  }

  /** Checks what the vault holds: the package once there is one, the documents before. */
  async #judge(id: string, act: 'verify' | 'report', actor: Actor): Promise<Act<CheckedFile>> {
    const { vault, keys, work, clock, evidence } = this.#context;
    const transaction = vault.transactions.get(id);
    if (transaction === null) return refuse('not-found', 'no such transaction');
    this.#append(transaction, actor, 'document.read-by-staff', { act });
    const roots = [keys.tenantRoot(), ...(evidence?.roots ?? [])];
    const queued = vault.outbox.ofTransaction(id);
    const container = queued === null ? null : await vault.outbox.read(queued.digest);
    const now = clock.now();
    const about: ReportAbout = {
      file: transaction.name,
      digest: container === null ? null : await sha256Apart(container),
      judgedAt: isoTime(now),
      software: SOFTWARE,
      by: actor.staff.name,
      trust: anchorsOf(roots),
    };
    if (container !== null) {
      const options = { name: transaction.name, roots, now: new Date(now) };
      const input = { bytes: container, options };
      return ok({ about, report: await work.run('verifyPackage', input, { timeoutMs: VERIFY_TIMEOUT_MS }) });
    }
    const seals = vault.seals.ofTransaction(id);
    const bindings = new Map(seals.map((seal) => [seal.bindingDigest, seal.binding]));
    const captures = new Map(
      // Null: erased, as the trail says.
      seals.flatMap((seal) => (seal.captureDigest === null ? [] : [[seal.captureDigest, seal.sealedCapture]])),
    );
    const documents: VerificationReport['documents'][number][] = [];
    for (const { id: document, name } of vault.documents.ofTransaction(id)) {
      const bytes = await vault.documents.read(document);
      if (bytes === null) return refuse('not-found', 'the bytes were released');
      const options = { name, roots, now: new Date(now), bindings, captures };
      documents.push(await work.run('verifyPdf', { bytes, options }, { timeoutMs: VERIFY_TIMEOUT_MS }));
    }
    // From where it began: reading the whole chain of years in one go would keep the pen waiting.
    const chain = vault.audit.verify(vault.audit.before(id));
    const audit = chain.ok
      ? ({
          outcome: 'passed',
          code: 'ok',
          detail: 'The audit chain of this kiosk is unbroken since this transaction began.',
        } as const)
      : ({
          outcome: 'failed',
          code: chain.error.code,
          detail: `The audit chain breaks at entry ${chain.error.sequence}.`,
        } as const);
    const outcomes = [...documents.map(({ verdict }) => verdict), audit.outcome];
    const verdict = outcomes.includes('failed')
      ? 'failed'
      : outcomes.includes('indeterminate')
        ? 'indeterminate'
        : 'passed';
    return ok({ about, report: { kind: 'pdf', verdict, documents, container: [], audit } });
  }

  #decide(
    id: string,
    actor: Actor,
    eventType: 'transaction.approved' | 'transaction.returned' | 'transaction.voided',
    reason: string | null,
    work: (transaction: TransactionRecord) => string | null,
  ): Act {
    const { vault } = this.#context;
    if (actor.staff.role !== 'manager') return refuse('not-allowed', 'managers decide this');
    if (reason?.trim() === '') return refuse('invalid', 'a reason is needed');
    return vault.write<Act>(() => {
      const transaction = vault.transactions.get(id);
      if (transaction === null) return refuse('not-found', 'no such transaction');
      const problem = work(transaction);
      if (problem !== null) return refuse('wrong-state', problem);
      this.#append(transaction, actor, eventType, reason === null ? {} : { reason });
      return ok(undefined);
    });
  }

  #append(
    transaction: { readonly id: TransactionId; readonly name: string },
    actor: Actor,
    eventType:
      | 'transaction.approved'
      | 'transaction.returned'
      | 'transaction.voided'
      | 'transaction.exported'
      | 'document.read-by-staff'
      | 'package.retried',
    extra: Readonly<Record<string, string>>,
  ): void {
    const { vault } = this.#context;
    vault.write(
      () =>
        void vault.audit.append({
          eventType,
          transactionId: transaction.id,
          transactionName: transaction.name,
          ...auditActor(actor),
          processState: eventType === 'transaction.voided' ? 'ended' : 'completed',
          extra,
        }),
    );
  }
}
