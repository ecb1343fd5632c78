import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import type { Act } from '../kiosk-api/acts.ts';
import { takeStep } from './ceremony-steps.ts';
import { refuse, type KioskContext } from './context.ts';
import type { PreparedSeal } from './sealer.ts';

/** Bytes, capture, statement, state and audit entries become durable in one SQLite transaction. */
export function commitSeal(context: KioskContext, ceremony: Ceremony, seal: PreparedSeal): Act<Ceremony> {
  const { vault } = context;
  const { document, placement } = seal.placement;
  const { increment, digest, length, statement, sealedCapture } = seal.field;
  return vault.write<Act<Ceremony>>(() => {
    const appended = vault.documents.appendRevision(
      document,
      increment,
      { digest, length, kind: 'sealed' },
      seal.previous,
    );
    if (!appended.ok) return refuse('revision-changed', 'another revision came between');
    vault.seals.insert({
      document,
      placement: placement.id,
      ceremony: ceremony.id,
      revision: appended.value.number,
      binding: statement,
      sealedCapture,
      completeness: seal.completeness,
      sealedAt: seal.at,
    });
    vault.placements.setSealed(document, placement.id, seal.at);
    for (const { record, value } of seal.dates) {
      vault.placements.setValue(document, record.placement.id, value);
      vault.placements.setSealed(document, record.placement.id, seal.at);
    }
    const step = takeStep(
      context,
      ceremony.id,
      { kind: 'sealed', document, placement: placement.id, digest, length },
      null,
    );
    // Thrown, so that nothing of the seal stays when the ceremony moved on meanwhile.
    if (!step.ok) throw new Error(step.error.detail);
    return step;
  });
}
