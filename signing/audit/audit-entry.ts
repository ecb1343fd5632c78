import type { Sha256 } from '../digest.ts';

/**
 * One fact in the chain: the ten fields of field.md section 1 ("Audit trail"), plus place in the chain.
 * Stored shapes are a contract: members are added, never renamed.
 */
export interface AuditEntry {
  readonly type: 'countersign.audit';
  readonly version: 1;
  /** 1-based, without gaps, per kiosk. */
  readonly sequence: number;
  readonly previous: Sha256;
  readonly eventId: string;
  readonly signatoryId: string | null;
  readonly userName: string | null;
  readonly eventType: AuditEventType;
  /** RFC 3339 UTC, milliseconds. */
  readonly time: string;
  readonly success: boolean;
  readonly transactionName: string | null;
  /** Flat, no personal data beyond what the event needs, never pen data or document text. */
  readonly extra: Readonly<Record<string, string | number | boolean>>;
  readonly processState: AuditProcessState;
  readonly ipAddress: string | null;
  /** Present on entries of one transaction. */
  readonly transactionId: string | null;
}

export const AUDIT_EVENT_TYPES = [
  'kiosk.started',
  'kiosk.recovered',
  'kiosk.shut-out',
  'kiosk.let-in-again',
  'kiosk.certificates-renewed',
  'kiosk.renewal-failed',
  'clock.wrong',
  'clock.right-again',
  'configuration.applied',
  'configuration.refused',
  'staff.signed-in',
  'staff.sign-in-refused',
  'staff.locked-out',
  'staff.signed-out',
  'document.received',
  'document.refused',
  'document.prepared',
  'document.placed',
  'document.filled',
  'document.typed',
  'document.read-by-staff',
  'transaction.opened',
  'transaction.completed',
  'transaction.voided',
  'transaction.approved',
  'transaction.returned',
  'transaction.exported',
  'ceremony.started',
  'identity.attested',
  'review.presented',
  'review.finished',
  'consent.given',
  'consent.refused',
  'ceremony.declined',
  'ceremony.cancelled',
  'capture.started',
  'capture.cleared',
  'capture.questioned',
  'capture.interrupted',
  'capture.resumed',
  'capture.pad-checked',
  'capture.device-refused',
  'signature.sealed',
  'ceremony.completed',
  'package.built',
  'package.sent',
  'package.receipt-verified',
  'package.refused',
  'package.set-aside',
  'package.retried',
  'captures.erased',
  'receipt.alarm',
  'copy.released',
] as const;
export type AuditEventType = (typeof AUDIT_EVENT_TYPES)[number];

export type AuditProcessState =
  'loading' | 'prepared' | 'signing' | 'signed' | 'archived' | 'completed' | 'ended' | 'none';

/** `previous` of the first entry: nothing came before. */
export const CHAIN_START = '0'.repeat(64) as Sha256;
