import { randomUUID } from 'node:crypto';

type Id<Kind extends string> = string & { readonly __id: Kind };

export type TransactionId = Id<'transaction'>;
export type DocumentId = Id<'document'>;
export type SignatoryId = Id<'signatory'>;
export type CeremonyId = Id<'ceremony'>;
export type PlacementId = Id<'placement'>;
export type StaffId = Id<'staff'>;
export type KioskId = Id<'kiosk'>;
export type TenantId = Id<'tenant'>;

/** Source of fresh identifiers; injected so that tests are deterministic. */
export type NewId = () => string;

export const randomId: NewId = () => randomUUID();
