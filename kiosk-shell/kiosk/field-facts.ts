import type { Ceremony, TurnTarget } from '../../signing/ceremony/ceremony.ts';
import type { KioskContext } from './context.ts';
import type { FieldFacts } from './pad-words.ts';

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
