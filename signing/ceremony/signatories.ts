import type { Placement, PlacementKind } from '../documents/placement.ts';
import { DOCUMENT_LIMITS } from '../documents/document.ts';
import type { DocumentId } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import type { TurnTarget } from './ceremony.ts';

/** The placements of one document, in reading order. */
export interface DocumentPlacements {
  readonly document: DocumentId;
  readonly placements: readonly Placement[];
}

/** One person, by role; `fields` counts what is signed, not what is filled. */
export interface DerivedSignatory {
  readonly role: string;
  /** Turn; the same number means any order among them. */
  readonly order: number;
  readonly turns: readonly TurnTarget[];
}

export type SignatoriesFault =
  /** Nothing to be signed in any document. */
  | { readonly code: 'no-signature' }
  /** `document` is the one in which the first person too many signs. */
  | { readonly code: 'too-many-signatories'; readonly document: DocumentId; readonly count: number }
  /** In one document, or in all; `document` is where there is one too many. */
  | { readonly code: 'too-many-signatures'; readonly document: DocumentId; readonly count: number }
  /** A date, text or checkbox for somebody who signs nowhere. */
  | { readonly code: 'role-without-signature'; readonly roles: readonly string[] }
  /**
   * One role was given different turns: one sitting cannot be both before and after another's. `document` is where the
   * second of them comes up.
   */
  | {
      readonly code: 'order-conflict';
      readonly document: DocumentId;
      readonly role: string;
      readonly orders: readonly number[];
    };

/** Signature and initials are turns on the pad; the other kinds are filled in by the clerk. */
export function isTurn(kind: PlacementKind): boolean {
  return kind === 'signature' || kind === 'initials';
}

/** One signatory per role over all documents, in order of turn, then of first appearance. */
export function deriveSignatories(
  documents: readonly DocumentPlacements[],
): Result<readonly DerivedSignatory[], SignatoriesFault> {
  const byRole = new Map<string, { document: DocumentId; placement: Placement }[]>();
  for (const { document, placements } of documents) {
    for (const placement of placements) {
      const own = byRole.get(placement.role) ?? [];
      own.push({ document, placement });
      byRole.set(placement.role, own);
    }
  }
  const signatories: DerivedSignatory[] = [];
  const silent: string[] = [];
  for (const [role, own] of byRole) {
    const signed = own.filter(({ placement }) => isTurn(placement.kind));
    const orders = [...new Set(signed.map(({ placement }) => placement.order))].sort((a, b) => a - b);
    const order = signed[0]?.placement.order;
    const other = signed.find(({ placement }) => placement.order !== order);
    if (order === undefined) silent.push(role);
    else if (other !== undefined) return err({ code: 'order-conflict', document: other.document, role, orders });
    else {
      const turns = signed.map(({ document, placement }) => ({ document, placement: placement.id }));
      signatories.push({ role, order, turns });
    }
  }
  if (signatories.length === 0) return err({ code: 'no-signature' });
  if (silent.length > 0) return err({ code: 'role-without-signature', roles: silent });
  const crowded = tooMany(documents, signatories);
  if (crowded !== null) return err(crowded);
  return ok(signatories.sort((a, b) => a.order - b.order));
}

/** `signatories` in order of first appearance. */
function tooMany(
  documents: readonly DocumentPlacements[],
  signatories: readonly DerivedSignatory[],
): SignatoriesFault | null {
  const extra = signatories[DOCUMENT_LIMITS.signatories]?.turns[0];
  if (extra !== undefined) {
    return { code: 'too-many-signatories', document: extra.document, count: signatories.length };
  }
  let all = 0;
  for (const { document, placements } of documents) {
    const own = placements.filter(({ kind }) => isTurn(kind)).length;
    all += own;
    if (own > DOCUMENT_LIMITS.signaturesPerDocument) return { code: 'too-many-signatures', document, count: own };
    if (all > DOCUMENT_LIMITS.signaturesPerTransaction) return { code: 'too-many-signatures', document, count: all };
  }
  return null;
}

/** Fields one role signs, in reading order over the documents. */
export function turnsOf(documents: readonly DocumentPlacements[], role: string): readonly TurnTarget[] {
  return documents.flatMap(({ document, placements }) =>
    placements
      .filter((placement) => placement.role === role && isTurn(placement.kind))
      .map((placement) => ({ document, placement: placement.id })),
  );
}

export interface SignatoryProgress {
  readonly order: number;
  readonly state: 'waiting' | 'active' | 'signed' | 'declined' | 'cancelled';
}

/**
 * Who may sit down now: those of the lowest turn that is not finished, who have not signed. Nobody once
 * somebody has declined. A cancelled ceremony is no answer: the person may sit down again.
 */
export function nextSignatories<S extends SignatoryProgress>(signatories: readonly S[]): readonly S[] {
  if (signatories.some(({ state }) => state === 'declined')) return [];
  const open = signatories.filter(({ state }) => state !== 'signed');
  const turn = Math.min(...open.map(({ order }) => order));
  return open.filter(({ order, state }) => order === turn && state !== 'active');
}
