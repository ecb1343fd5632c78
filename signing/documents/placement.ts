import type { PlacementId } from '../ids.ts';

export type PlacementKind = 'signature' | 'initials' | 'date' | 'text' | 'checkbox';

/** Where a mark in the PDF asks something of somebody, after intake. */
export interface Placement {
  readonly id: PlacementId;
  readonly kind: PlacementKind;
  /** What the signatory is called in the tag: 'customer', 'clerk', 'guardian' ... lower case. */
  readonly role: string;
  /** Turn of the signatory; the same number means any order among them. 1 or more. */
  readonly order: number;
  /** What people read, with č š ž: "Podpis stranke". */
  readonly label: string;
  readonly required: boolean;
  /** 0-based. */
  readonly page: number;
  /** Unrotated default user space of the page, origin lower left, units of the page (points x UserUnit). */
  readonly box: PlacementBox;
  /** Fully qualified AcroForm field name; unique in the document. */
  readonly fieldName: string;
  readonly source: 'tag' | 'field' | 'placed';
}
export interface PlacementBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
