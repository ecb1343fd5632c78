import type { NewPlacement } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import type { PlacementKind } from '../../../signing/documents/placement.ts';
import type { ScreenBox } from '../../_components/pdf/boxes.tsx';

/** A box being placed; `box` in points of the page as displayed, from its upper left. */
export interface Draft {
  readonly id: string;
  readonly document: string;
  readonly page: number;
  readonly kind: PlacementKind;
  readonly role: string;
  readonly order: number;
  readonly label: string;
  readonly required: boolean;
  readonly box: ScreenBox;
}
/** A field the document has, with the person the clerk names for it. */
export interface Assigned {
  readonly document: string;
  readonly fieldName: string;
  readonly role: string;
  readonly order: number;
  readonly label: string;
}

export const KINDS: readonly PlacementKind[] = ['signature', 'initials', 'date', 'text', 'checkbox'];
const ROLES = ['customer', 'spouse', 'guardian', 'witness', 'clerk', 'manager'] as const;

/**
 * Roles a clerk can give: one role is one person, so behind each that is taken stands the next of its kind, "witness-2".
 * Roles the document brought are among them.
 */
export function rolesFor(taken: readonly string[]): readonly string[] {
  const used = new Set(taken);
  const known = ROLES.flatMap((role) => {
    const persons: string[] = [role];
    for (let n = 2; used.has(persons.at(-1) ?? role); n += 1) persons.push(`${role}-${n}`);
    return persons;
  });
  return [...known, ...[...used].filter((role) => !known.includes(role))];
}

/** Points. A signature of this size is what a hand writes on a pad at its own scale. */
const SIZES: Readonly<Record<PlacementKind, { readonly width: number; readonly height: number }>> = {
  signature: { width: 180, height: 60 },
  initials: { width: 72, height: 40 },
  date: { width: 90, height: 22 },
  text: { width: 180, height: 22 },
  checkbox: { width: 16, height: 16 },
};
const SMALLEST = 10;

interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** At the centre of the page; a second one is a little lower, so that none hides another. */
export function boxAtCentre(kind: PlacementKind, page: PageSize, taken: number): ScreenBox {
  const { width, height } = SIZES[kind];
  return clamp({ left: (page.width - width) / 2, top: (page.height - height) / 2 + taken * 28, width, height }, page);
}

export function resizedFor(kind: PlacementKind, box: ScreenBox, page: PageSize): ScreenBox {
  return clamp({ ...box, ...SIZES[kind] }, page);
}

export function moved(box: ScreenBox, dx: number, dy: number, page: PageSize): ScreenBox {
  return clamp({ ...box, left: box.left + dx, top: box.top + dy }, page);
}

export function resized(box: ScreenBox, dx: number, dy: number, page: PageSize): ScreenBox {
  return clamp(
    {
      ...box,
      width: Math.min(page.width - box.left, box.width + dx),
      height: Math.min(page.height - box.top, box.height + dy),
    },
    page,
  );
}

/** Inside the page, and large enough to be seen. */
function clamp(box: ScreenBox, page: PageSize): ScreenBox {
  const width = Math.min(page.width, Math.max(SMALLEST, box.width));
  const height = Math.min(page.height, Math.max(SMALLEST, box.height));
  return {
    width,
    height,
    left: Math.min(page.width - width, Math.max(0, box.left)),
    top: Math.min(page.height - height, Math.max(0, box.top)),
  };
}

/** What an arrow key does: 2 points, 20 with Ctrl; null for any other key. */
export function arrow(key: string, far: boolean): { readonly dx: number; readonly dy: number } | null {
  const step = far ? 20 : 2;
  switch (key) {
    case 'ArrowLeft':
      return { dx: -step, dy: 0 };
    case 'ArrowRight':
      return { dx: step, dy: 0 };
    case 'ArrowUp':
      return { dx: 0, dy: -step };
    case 'ArrowDown':
      return { dx: 0, dy: step };
    default:
      return null;
  }
}

/** Fields of the document whose person is not known yet, all for the customer until the clerk says otherwise. */
export function unassignedOf(detail: TransactionDetail): readonly Assigned[] {
  return detail.documentList.flatMap(({ id, facts }) =>
    facts.unassigned.map((fieldName) => ({ document: id, fieldName, role: 'customer', order: 1, label: fieldName })),
  );
}

/** At least one place to sign, or nobody can. */
export function hasPlaceToSign(
  detail: TransactionDetail,
  drafts: readonly Draft[],
  assigned: readonly Assigned[],
): boolean {
  return (
    assigned.length > 0 ||
    drafts.some(({ kind }) => kind === 'signature' || kind === 'initials') ||
    detail.documentList.some(({ placements }) =>
      placements.some(({ kind }) => kind === 'signature' || kind === 'initials'),
    )
  );
}

/** `toPage` turns a displayed box into the page's own space: pdf.js knows crop and rotation. */
export function toNewPlacement(draft: Draft, toPage: (draft: Draft) => NewPlacement['box']): NewPlacement {
  const { kind, role, order, label, required, page } = draft;
  return { kind, role: role.trim().toLowerCase(), order, label: label.trim(), required, page, box: toPage(draft) };
}
