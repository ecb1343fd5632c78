import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { outsideFigures } from '../../signing/capture/completeness.ts';
import type { CaptureCompleteness } from '../../signing/capture/capture-record.ts';
import { expectedRevision } from '../../signing/ceremony/next.ts';
import { pictureOf } from '../../signing/capture/picture.ts';
import { isoTime } from '../../signing/clock.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { SealedField } from '../../signing/sealing/seal-field.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { PlacementRecord } from '../../vault/placement-store.ts';
import type { FinishedInk } from './open-field.ts';
import { calendarDate, calendarTime } from './calendar-date.ts';
import type { KioskContext } from './context.ts';
import { certificationOf } from './document-types.ts';
import { escrowPair } from './escrow-watch.ts';

/** A seal that exists in memory only: nobody is thanked before it is committed. */
export interface PreparedSeal {
  readonly field: SealedField;
  /** The revision it was made on; the commit refuses any other. */
  readonly previous: Sha256;
  readonly placement: PlacementRecord;
  readonly dates: readonly { readonly record: PlacementRecord; readonly value: string }[];
  readonly completeness: CaptureCompleteness | null;
  readonly at: number;
}

/** Codes for the log and the screen. */
export type SealProblem = 'revision-changed' | 'seal-refused' | 'seal-timeout' | 'escrow-refused';

const SEAL_TIMEOUT_MS = 60_000;

/** Binds, encrypts and signs one field in a worker thread; the vault is only read here. */
export async function prepareSeal(
  context: KioskContext,
  ceremony: Ceremony,
  ink: FinishedInk,
): Promise<Result<PreparedSeal, SealProblem>> {
  const { vault, keys, identity, clock, work, documentTypes, cloudWatch } = context;
  const { state } = ceremony;
  if (state.kind !== 'capture') throw new Error('only ink that is being captured is sealed');
  const { turn, consent } = state;
  const placement = vault.placements.get(turn.document, turn.placement);
  const shown = state.shown.find(({ document }) => document === turn.document);
  const newest = vault.documents.newest(turn.document);
  if (placement === null || shown === undefined || newest === null) return err('revision-changed');
  // What was shown, or what this signatory's own last seal made of it: nothing else is ever sealed.
  if (expectedRevision(state, turn.document)?.digest !== newest.digest) return err('revision-changed');
  const bytes = await vault.documents.read(turn.document, newest.digest);
  if (bytes === null) return err('revision-changed');
  const at = clock.now();
  const dates = vault.placements
    .ofDocument(turn.document)
    .filter(({ signatory, sealedAt, placement: { kind } }) => {
      return kind === 'date' && sealedAt === null && signatory === ceremony.signatory;
    })
    .map((record) => ({ record, value: calendarDate(at, identity.timeZone) }));
  const figures = ink.record?.completeness ?? null;
  const completeness = figures === null ? null : outsideFigures(figures);
  const { page, box, fieldName, label } = placement.placement;
  const escrow = ink.record === null ? [] : escrowPair(context, consent.at);
  if (escrow === null) return err('escrow-refused');
  const field = await work.run(
    'seal',
    {
      revision: bytes,
      shown: { digest: shown.digest, length: shown.length },
      fieldName,
      picture: box.width > 0 && box.height > 0 ? pictureOf(ink.shape) : null,
      caption: [vault.identities.byDigest(state.identity)?.name ?? '', calendarTime(at, identity.timeZone), label],
      dates: dates.map(({ record, value }) => ({ fieldName: record.placement.fieldName, value })),
      binding: {
        tenant: identity.tenant.id,
        branch: identity.branch.id,
        kiosk: identity.kiosk,
        transaction: ceremony.transaction,
        document: turn.document,
        ceremony: ceremony.id,
        signatory: ceremony.signatory,
        role: placement.placement.role,
        field: { name: fieldName, page, box },
        consent: { notice: consent.notice, noticeVersion: consent.noticeVersion, answer: consent.answer },
        identity: state.identity,
        device: ink.device,
        completeness,
        clock: { ...cloudWatch.evidence(), wall: isoTime(at) },
        auditHead: vault.audit.head().digest,
      },
      capture: ink.record,
      escrow,
      embedCapture: identity.captures === 'document',
      key: keys.sealKey(),
      signedAt: new Date(at),
      signerName: identity.tenant.name,
      reason: label,
      certify: certificationOf(documentTypes, vault.documents.get(turn.document)?.type ?? null),
    },
    { timeoutMs: SEAL_TIMEOUT_MS },
  );
  if (!field.ok) return err(field.error.code === 'revision-changed' ? 'revision-changed' : 'seal-refused');
  return ok({ field: field.value, previous: newest.digest, placement, dates, completeness, at });
}
