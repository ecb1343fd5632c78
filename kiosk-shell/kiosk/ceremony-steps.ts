import type { AuditDraft } from '../../signing/audit/chain.ts';
import { shortCode } from '../../signing/audit/chain.ts';
import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import type { CeremonyInput, CeremonyRefusalCode } from '../../signing/ceremony/input.ts';
import { nextCeremony, type CeremonyStep } from '../../signing/ceremony/next.ts';
import { ok } from '../../signing/result.ts';
import type { Act, ActRefusal } from '../kiosk-api/acts.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { auditActor, refuse, type KioskContext } from './context.ts';

const REFUSALS: Readonly<Record<CeremonyRefusalCode, ActRefusal['code']>> = {
  'wrong-state': 'wrong-state',
  'revision-changed': 'revision-changed',
  'no-such-page': 'invalid',
  'pages-unseen': 'pages-unseen',
  'nothing-shown': 'invalid',
  'notice-outdated': 'invalid',
  'blank-cannot-be-kept': 'no-ink',
  'already-kept': 'wrong-state',
  'not-this-turn': 'not-your-turn',
  'reason-missing': 'invalid',
};

/**
 * Takes one input and makes the new state, what follows from it for signatory and transaction, and the audit entries
 * durable together. Joins a write under way, so that a seal and its step are one.
 */
export function takeStep(
  context: KioskContext,
  ceremonyId: string,
  input: CeremonyInput,
  actor: Actor | null,
): Act<Ceremony> {
  const { vault, clock } = context;
  return vault.write<Act<Ceremony>>(() => {
    const ceremony = vault.ceremonies.get(ceremonyId);
    if (ceremony === null) return refuse('not-found', 'no such ceremony');
    const step = nextCeremony(ceremony, input, clock.now());
    if (!step.ok) return refuse(REFUSALS[step.error.code], step.error.detail);
    saveStep(context, step.value, actor);
    return ok(step.value.ceremony);
  });
}

/** State, consequences and entries; inside a write. */
export function saveStep(context: KioskContext, step: CeremonyStep, actor: Actor | null): void {
  const { vault } = context;
  const { ceremony } = step;
  vault.ceremonies.save(ceremony);
  for (const fact of step.audit) vault.audit.append({ ...fact, ...aboutCeremony(context, ceremony, actor) });
  switch (ceremony.state.kind) {
    case 'completed':
      vault.signatories.setState(ceremony.signatory, 'signed', shortCode(vault.audit.head().digest));
      closeTransaction(context, ceremony, actor);
      return;
    case 'declined':
      vault.signatories.setState(ceremony.signatory, 'declined');
      vault.transactions.setState(ceremony.transaction, 'declined');
      return;
    case 'cancelled':
      vault.signatories.setState(ceremony.signatory, 'cancelled');
      vault.transactions.touch(ceremony.transaction);
      return;
    case 'identity':
    case 'review':
    case 'consent':
    case 'capture':
    case 'questioned':
      vault.transactions.touch(ceremony.transaction);
      return;
  }
}

/** The last signatory makes the transaction complete, in the same write. */
function closeTransaction(context: KioskContext, ceremony: Ceremony, actor: Actor | null): void {
  const { vault } = context;
  const open = vault.signatories.ofTransaction(ceremony.transaction).some(({ state }) => state !== 'signed');
  if (open) {
    vault.transactions.touch(ceremony.transaction);
    return;
  }
  vault.transactions.setState(ceremony.transaction, 'complete');
  vault.audit.append({
    eventType: 'transaction.completed',
    ...aboutCeremony(context, ceremony, actor),
    processState: 'completed',
  });
}

export function aboutCeremony(
  context: KioskContext,
  ceremony: Ceremony,
  actor: Actor | null,
): Pick<AuditDraft, 'transactionId' | 'transactionName' | 'signatoryId' | 'userName' | 'ipAddress'> {
  const { vault } = context;
  const { userName, ipAddress } = auditActor(actor);
  return {
    transactionId: ceremony.transaction,
    transactionName: vault.transactions.get(ceremony.transaction)?.name ?? null,
    signatoryId: ceremony.signatory,
    // At the customer's screen nobody is signed in: the clerk who leads the ceremony answers for it.
    userName: userName ?? vault.staff.get(ceremony.clerk)?.name ?? null,
    ipAddress,
  };
}
