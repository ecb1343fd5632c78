import { LEGAL_BASES } from '../../signing/container/erasure-record.ts';
import type { Sha256 } from '../../signing/digest.ts';
import { ok } from '../../signing/result.ts';
import type { Timers } from '../../sync/kiosk/timers.ts';
import type { ErasureFacts } from '../../vault/erasure-store.ts';
import type { TransactionRecord } from '../../vault/transaction-store.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { ErasureOrder } from '../kiosk-api/erasure.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import type { JudgedErasureRefusal } from '../work/erase-and-judge.ts';
import { auditActor, refuse, writeAct, type KioskContext } from './context.ts';

const ERASE_TIMEOUT_MS = 180_000;
const EMPTY_AGAIN_MS = 60_000;

export interface ErasureDeskPorts {
  /** Done with what was to be packed: so that no package is made of captures that go meanwhile. */
  packed(): Promise<void>;
  /** That package is no more to be delivered; another has taken its place. */
  replaced(before: Sha256): void;
  readonly timers: Timers;
}

/**
 * Takes pen data out on a manager's order, for good: out of the seals in the vault and out of the package, whether it waits
 * or was delivered. The erased package, with its signed record, takes the place of the other one in the outbox and is what
 * the cloud gets. Record, seals, package and audit entry are one durable step.
 */
export class ErasureDesk {
  readonly #context: KioskContext;
  readonly #ports: ErasureDeskPorts;
  #stopTimer: () => void = () => undefined;

  constructor(context: KioskContext, ports: ErasureDeskPorts) {
    this.#context = context;
    this.#ports = ports;
  }

  async erase(id: string, order: ErasureOrder, actor: Actor): Promise<Act> {
    if (actor.staff.role !== 'manager') return refuse('not-allowed', 'managers decide this');
    const asked = factsOf(order, actor);
    if (asked === null) return refuse('invalid', 'reference and basis have from 1 to 500 characters');
    await this.#ports.packed();
    const { vault } = this.#context;
    const transaction = vault.transactions.get(id);
    if (transaction === null) return refuse('not-found', 'no such transaction');
    const queued = vault.outbox.ofTransaction(id);
    const isOver = transaction.state === 'declined' || transaction.state === 'voided';
    if (queued === null && !isOver) return refuse('wrong-state', 'pen data is taken out when all is signed, or over');
    const known = vault.erasures.captures(id);
    if (!order.signatories.every((one) => known.some(({ signatory }) => signatory === one)))
      return refuse('invalid', 'a signatory is named who left no pen data');
    const captures = known
      .filter(({ signatory, there }) => there && order.signatories.includes(signatory))
      .map(({ capture }) => capture);
    if (captures.length === 0) return refuse('nothing-to-erase', 'their pen data was taken out before');
    const facts = { ...asked, captures };
    return queued === null
      ? this.#withoutPackage(transaction, facts, actor)
      : this.#fromPackage(transaction, queued.digest, facts, actor);
  }

  /** After a start, too: a kill may have come between the step and this. Until it is done the log may hold old bytes. */
  emptyLog(): void {
    if (this.#context.vault.emptyLog()) return;
    this.#stopTimer();
    this.#stopTimer = this.#ports.timers.after(EMPTY_AGAIN_MS, () => this.emptyLog());
  }

  close(): void {
    this.#stopTimer();
  }

  /** Nothing was or will be packed: there is no package to put a record into, the trail has it. */
  async #withoutPackage(transaction: TransactionRecord, facts: ErasureFacts, actor: Actor): Promise<Act> {
    const { vault, work } = this.#context;
    for (const { id } of vault.documents.ofTransaction(transaction.id)) {
      const bytes = await vault.documents.read(id);
      if (bytes === null) continue;
      const inside = await work.run('embeddedCaptures', { bytes }, { timeoutMs: ERASE_TIMEOUT_MS });
      if (inside.some(({ sealedCapture }) => facts.captures.includes(sealedCapture)))
        return refuse('captures-in-document', 'the captures are inside signed revisions');
    }
    return this.#record(transaction, facts, null, this.#context.clock.now(), actor);
  }

  async #fromPackage(transaction: TransactionRecord, before: Sha256, facts: ErasureFacts, actor: Actor): Promise<Act> {
    const { vault, keys, work, clock } = this.#context;
    const bytes = await vault.outbox.read(before);
    if (bytes === null) return refuse('not-found', 'the kiosk has given its copy of the package up');
    const at = clock.now();
    const { captures, ...asked } = facts;
    const erased = await work.run(
      'erase',
      { bytes, captures, ...asked, at: new Date(at), key: keys.sealKey(), roots: [keys.tenantRoot()] },
      { timeoutMs: ERASE_TIMEOUT_MS },
    );
    if (!erased.ok) return refusalOf(erased.error);
    return this.#record(transaction, facts, { before, bytes: erased.value.bytes }, at, actor);
  }

  async #record(
    transaction: TransactionRecord,
    facts: ErasureFacts,
    packages: { readonly before: Sha256; readonly bytes: Uint8Array } | null,
    erasedAt: number,
    actor: Actor,
  ): Promise<Act> {
    const { vault } = this.#context;
    const { id, name } = transaction;
    // When it is over, what was replaced has been overwritten too.
    const act = await vault.contents.whileStaged(packages === null ? [] : [packages.bytes], ([container]) =>
      writeAct(vault, () => {
        const queued = vault.outbox.ofTransaction(id);
        if ((queued?.digest ?? null) !== (packages?.before ?? null))
          return refuse('busy', 'the package has changed meanwhile');
        const after =
          packages === null || container === undefined
            ? null
            : vault.outbox.replace({ transaction: id, before: packages.before, package: container });
        vault.erasures.insert(id, {
          ...facts,
          erasedAt,
          packageBefore: packages?.before ?? null,
          receiptBefore: queued?.receipt ?? null,
        });
        vault.audit.append({
          eventType: 'captures.erased',
          transactionId: id,
          transactionName: name,
          ...auditActor(actor),
          processState: transaction.state === 'complete' ? 'completed' : 'ended',
          extra: {
            askedBy: facts.request.by,
            reference: facts.request.reference,
            reason: facts.legalBasis,
            captures: facts.captures.length,
            ...(packages === null || after === null ? {} : { packageBefore: packages.before, package: after.digest }),
          },
        });
        return ok(undefined);
      }),
    );
    if (!act.ok) return act;
    this.emptyLog();
    if (packages !== null) this.#ports.replaced(packages.before);
    return act;
  }
}

function factsOf(order: ErasureOrder, actor: Actor): Omit<ErasureFacts, 'captures'> | null {
  const reference = order.reference.trim();
  const legalBasis = order.basis.kind === 'other' ? order.basis.text.trim() : LEGAL_BASES[order.basis.kind];
  if ([reference, legalBasis].some((text) => text.length === 0 || text.length > 500)) return null;
  return { request: { by: order.askedBy, reference }, legalBasis, carriedOutBy: actor.staff.name };
}

function refusalOf(problem: JudgedErasureRefusal): Act {
  switch (problem) {
    case 'captures-in-document':
      return refuse('captures-in-document', 'the captures are inside signed revisions');
    case 'nothing-to-erase':
    case 'no-such-capture':
      return refuse('nothing-to-erase', 'the package has no such capture');
    case 'package-unreadable':
    case 'package-does-not-verify':
    case 'rest-would-not-verify':
      return refuse('package-does-not-verify', problem);
    case 'request-incomplete':
      return refuse('invalid', problem);
  }
}
