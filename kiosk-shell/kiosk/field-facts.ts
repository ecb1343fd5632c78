import type { Ceremony, TurnTarget } from '../../signing/ceremony/ceremony.ts';
import { ok } from '../../signing/result.ts';
import { policyFor } from '../device-policy.ts';
import type { Act } from '../kiosk-api/acts.ts';
import { refuse, type KioskContext } from './context.ts';
import { policyOf } from './document-types.ts';
import type { FieldToSign } from './open-field.ts';
import { padWords, signScreenContent, type FieldFacts } from './pad-words.ts';

/** What a pad says of a field; null when it is gone. */
export function fieldFacts(
  { vault, identity }: Pick<KioskContext, 'vault' | 'identity'>,
  ceremony: Ceremony,
  turn: TurnTarget,
): FieldFacts | null {
  const record = vault.placements.get(turn.document, turn.placement);
  const document = vault.documents.get(turn.document);
  const signatory = vault.signatories.get(ceremony.signatory);
  if (record === null || document === null || signatory === null) return null;
  const { label, kind, page } = record.placement;
  return {
    tenant: identity.tenant.name,
    document: document.name,
    label,
    kind,
    signatory: vault.identities.ofCeremony(ceremony.id)?.name ?? signatory.role,
    page,
    pages: document.facts.pages.length,
  };
}

/** The field whose turn it is, as a device and its signatory see it, with the rules it is signed by. */
export function fieldToSign(context: KioskContext, ceremony: Ceremony): Act<FieldToSign> {
  const { state } = ceremony;
  if (state.kind !== 'capture') return refuse('wrong-state', 'nothing is being signed');
  const { vault, documentTypes } = context;
  const { turn, consent } = state;
  const facts = fieldFacts(context, ceremony, turn);
  if (facts === null) return refuse('not-found', 'the field is gone');
  const words = padWords(consent.language);
  const biometric = consent.answer === 'biometric';
  const types = vault.documents.ofTransaction(ceremony.transaction).map(({ type }) => type);
  return ok({
    ceremony: ceremony.id,
    placement: turn.placement,
    biometric,
    screen: signScreenContent(words, facts),
    words,
    policy: policyFor(policyOf(documentTypes, types), biometric),
  });
}
