import type { TransactionId } from '../../signing/ids.ts';
import type { JobDesk as JobPort, WantedJob } from '../../sync/kiosk/job-puller.ts';
import { MAX_LISTED_JOBS, type JobReport, type ListedJob } from '../../sync/protocol/jobs.ts';
import type { JobRecord } from '../../vault/job-store.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { ok } from '../../signing/result.ts';
import { auditActor, refuse, writeAct, type KioskContext } from './context.ts';
import type { IntakeDesk } from './intake-desk.ts';

/** Reasons as they stand beside a voided transaction; screens word them. */
export type JobEnd = 'withdrawn' | 'returned' | 'lost';

/** What the cloud wants signed at this branch: from the claim to a transaction of the same id, and back to the cloud what became of it. */
export class JobDesk implements JobPort {
  readonly #context: Pick<KioskContext, 'vault' | 'events'>;
  readonly #intake: Pick<IntakeDesk, 'intake'>;

  constructor(context: Pick<KioskContext, 'vault' | 'events'>, intake: Pick<IntakeDesk, 'intake'>) {
    this.#context = context;
    this.#intake = intake;
  }

  unreported(): ReturnType<JobPort['unreported']> {
    const { jobs } = this.#context.vault;
    return jobs.open().flatMap((job) => {
      const report = reportOf(job);
      if (report === null || job.reported === job.state) return [];
      const said = { report, reason: job.state === 'refused' ? job.reason : null };
      return [{ id: job.id, said, acknowledge: () => this.#write(() => jobs.markReported(job.id, job.state)) }];
    });
  }

  listed(list: readonly ListedJob[]): readonly ListedJob[] {
    const { jobs } = this.#context.vault;
    if (list.length < MAX_LISTED_JOBS) {
      const there = new Set(list.map(({ id }) => id));
      for (const { id, state } of jobs.open()) {
        if (!there.has(id) && (state === 'claimed' || state === 'taken')) this.lost(id);
      }
    }
    for (const job of list.filter(({ state }) => state !== 'offered')) {
      this.claimed(job);
      if (job.state === 'withdrawn') this.withdraw(job.id);
    }
    // One that ended here is not taken again: its transaction stays what it is.
    return list.filter(({ id, state }) => state === 'offered' && (jobs.get(id)?.state ?? 'claimed') === 'claimed');
  }

  claimed({ id, name, documents, expiresAt }: ListedJob): void {
    const { jobs } = this.#context.vault;
    this.#write(() => {
      if (jobs.get(id) === null) jobs.insert({ id, name, documents, expiresAt: Date.parse(expiresAt) });
    });
  }

  wanted(): readonly WantedJob[] {
    return this.#context.vault.jobs.open().filter(({ state }) => state === 'claimed');
  }

  async arrived({ id, name, documents }: WantedJob, bytes: readonly Uint8Array[]): Promise<void> {
    const files = documents.flatMap((document, at) => {
      const content = bytes[at];
      return content === undefined ? [] : [{ name: document.name, bytes: content }];
    });
    const taken = await this.#intake.intake(files, 'cloud', { id: id as TransactionId, name });
    if (!taken.ok) this.#write(() => this.#context.vault.jobs.end(id, 'refused', taken.error.refusal.code));
  }

  withdraw(id: string): void {
    this.#giveUp(id, 'withdrawn', null);
  }

  lost(id: string): void {
    const { vault } = this.#context;
    const state = vault.jobs.get(id)?.state;
    if (state === 'claimed') this.#write(() => vault.jobs.forget(id));
    else if (state === 'taken') this.#giveUp(id, 'lost', null);
    // What was opened goes on: whoever signed has signed, and the package tells the cloud.
    else if (state !== undefined) {
      this.#write(() => {
        vault.jobs.markReported(id, state);
        if (state === 'opened' || state === 'signed') vault.jobs.end(id, 'lost');
      });
    }
  }

  /** To another counter of the branch, before anybody begins to sign here. */
  giveBack(id: string, actor: Actor): Act {
    if (this.#context.vault.jobs.get(id) === null) return refuse('not-found', 'no such job');
    return this.#giveUp(id, 'returned', actor);
  }

  /** Whoever is first wins: a ceremony that was begun keeps the job here, and a job that is gone begins none. */
  #giveUp(id: string, how: JobEnd, actor: Actor | null): Act {
    const { vault, events } = this.#context;
    const done = writeAct(vault, () => {
      const job = vault.jobs.get(id);
      if (job?.state !== 'claimed' && job?.state !== 'taken')
        return refuse('wrong-state', `it is ${String(job?.state)}`);
      vault.jobs.end(id, how);
      const transaction = vault.transactions.get(id);
      if (transaction === null) return ok(undefined);
      vault.transactions.setState(transaction.id, 'voided');
      vault.audit.append({
        eventType: 'transaction.voided',
        transactionId: transaction.id,
        transactionName: transaction.name,
        ...auditActor(actor),
        processState: 'ended',
        extra: { reason: how },
      });
      return ok(undefined);
    });
    if (done.ok) {
      events.emit({ type: 'transaction', id });
      events.emit({ type: 'transactions' });
    }
    return done;
  }

  #write(work: () => void): void {
    this.#context.vault.write(work);
  }
}

/** In the words of the protocol; null while there is nothing to say. That a package arrived, the cloud knows itself. */
function reportOf({ state }: JobRecord): JobReport | null {
  if (state === 'claimed' || state === 'lost') return null;
  return state === 'delivered' ? 'signed' : state;
}
