import { utf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { sha256, type Sha256 } from '../digest.ts';
import type { StaffId } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import { isoTime } from '../clock.ts';

export const IDENTITY_DOCUMENT_KINDS = [
  'identity-card',
  'passport',
  'driving-licence',
  'residence-permit',
  'staff-account',
] as const;
export type IdentityDocumentKind = (typeof IDENTITY_DOCUMENT_KINDS)[number];

/**
 * How a clerk identified a signatory: the least the law allows (field.md 5.7). Never an image, never a
 * whole number. Stored shape: members are added, never renamed.
 */
export interface IdentityCheck {
  readonly type: 'countersign.identity';
  readonly version: 1;
  readonly documentKind: IdentityDocumentKind;
  /** Last 3 or 4 characters of the number; empty for a staff account. */
  readonly numberEnding: string;
  /** YYYY-MM-DD; empty where the document has none. */
  readonly expiry: string;
  /** As read from the document. */
  readonly name: string;
  readonly picturesCompared: true;
  readonly clerk: { readonly id: StaffId; readonly name: string };
  /** RFC 3339 UTC, milliseconds. */
  readonly at: string;
}

export type IdentityRefusalCode =
  'kind-unknown' | 'ending-malformed' | 'expiry-malformed' | 'document-expired' | 'name-missing' | 'not-compared';

/** Characters of the whole: a name longer than this is not one. */
const LONGEST_NAME = 200;

/**
 * A clerk's form into a record, or every fault in it. For a staff account (a colleague who countersigns)
 * ending and expiry may be empty; a given expiry must be a date but may lie back.
 * A document is valid to the end of its last day where the counter stands (`timeZone`, IANA name).
 */
export function parseIdentity(
  input: Readonly<Record<'documentKind' | 'numberEnding' | 'expiry' | 'name', string>> & {
    readonly picturesCompared: boolean;
  },
  clerk: IdentityCheck['clerk'],
  now: number,
  timeZone = 'Europe/Ljubljana',
): Result<IdentityCheck, readonly IdentityRefusalCode[]> {
  const faults: IdentityRefusalCode[] = [];
  const kind = IDENTITY_DOCUMENT_KINDS.find((known) => known === input.documentKind);
  const ending = input.numberEnding.trim().toUpperCase();
  const expiry = input.expiry.trim();
  const name = input.name.normalize('NFC').trim().replace(/\s+/gu, ' ');
  const staff = kind === 'staff-account';

  if (kind === undefined) faults.push('kind-unknown');
  if (!/^[\p{L}\p{N}]{3,4}$/u.test(ending) && !(staff && ending === '')) faults.push('ending-malformed');
  if (!isCalendarDate(expiry) && !(staff && expiry === '')) faults.push('expiry-malformed');
  else if (!staff && expiry < calendarDate(now, timeZone)) faults.push('document-expired');
  if (name === '' || Array.from(name).length > LONGEST_NAME) faults.push('name-missing');
  if (!input.picturesCompared) faults.push('not-compared');
  if (faults.length > 0 || kind === undefined) return err(faults);

  return ok({
    type: 'countersign.identity',
    version: 1,
    documentKind: kind,
    numberEnding: ending,
    expiry,
    name,
    picturesCompared: true,
    clerk,
    at: isoTime(now),
  });
}

/** What the binding statement names: SHA-256 over a type-and-version prefix and the canonical record. */
export function identityDigest(check: IdentityCheck): Sha256 {
  return sha256(utf8('countersign.identity/1\n'), canonicalBytes(check));
}

/** The date on the counter's wall, YYYY-MM-DD: the Swedish form is ISO 8601. */
function calendarDate(now: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now);
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // 30 February parses in some engines as 1 March.
  return !Number.isNaN(time) && isoTime(time).startsWith(text);
}
