import { z } from 'zod';

import { CLOUD_ROLES } from '../../signing/access/cloud-roles.ts';
import { ERASURE_REQUESTERS, LEGAL_BASES, type LegalBasis } from '../../signing/container/erasure-record.ts';

/** Shapes of what comes in over HTTP; lengths are limits, not wishes. */
export const id = z.string().min(1).max(100);
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** A code for a new kiosk (`sync/cloud/devices/codes.ts` says what names may be). */
export const newEnrolmentCode = z.object({
  tenant: id,
  branch: z.object({ id, name: id }),
  kiosk: id,
  hours: z.number().positive().exactOptional(),
  again: z.boolean().exactOptional(),
});
const cloudRole = z.enum(CLOUD_ROLES);
export const newCloudUser = z.object({
  name: z.string().trim().min(1).max(100),
  role: cloudRole,
  tenant: id.nullable().default(null),
});
export const withCloudRole = z.object({ role: cloudRole });
const secret = z.string().min(1).max(200);
export const ownSecret = z.object({ present: secret, next: secret });
/** Of a document in its package, from 1. */
export const documentNumber = z.coerce.number().int().min(1).max(999);
export const reason = z.string().trim().min(3).max(500);
const page = z.number().int().min(0).max(9_999);
const coordinate = z.number().min(-100_000).max(100_000);
const box = z.object({
  x: coordinate,
  y: coordinate,
  width: z.number().positive().max(100_000),
  height: z.number().positive().max(100_000),
});
const role = z.string().trim().toLowerCase().min(1).max(40);
const order = z.number().int().min(1).max(99);
const label = z.string().trim().min(1).max(200);

export const credentials = z.object({ name: z.string().trim().min(1).max(100), secret: z.string().min(1).max(200) });
export const begin = z.object({ transaction: id, signatory: id, pictureOnly: z.boolean().default(false) });
export const identity = z.object({
  input: z.object({
    documentKind: z.enum(['identity-card', 'passport', 'driving-licence', 'residence-permit', 'staff-account']),
    numberEnding: z.string().trim().min(3).max(4),
    expiry: z.iso.date(),
    name: z.string().trim().min(1).max(200),
    picturesCompared: z.boolean(),
  }),
  /** Placement id to what is written or ticked there. */
  values: z.record(id, z.union([z.string().max(1_000), z.boolean()])),
});
export const point = z.object({ document: id, page });
export const device = z.object({
  device: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('pad'), id }),
    z.object({ kind: z.literal('surface') }),
  ]),
});
export const padCheck = z.object({ matches: z.boolean() });
export const finish = z.object({ act: z.enum(['done', 'clear']) });
export const documentType = z.object({ document: id, type: id });
export const withReason = z.object({ reason });
const erasureText = z.string().trim().min(1).max(500);
export const erasure = z.object({
  askedBy: z.enum(ERASURE_REQUESTERS),
  reference: erasureText,
  basis: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['consent-withdrawn', 'retention-over', 'authority-order']) }),
    z.object({ kind: z.literal('other'), text: erasureText }),
  ]),
  signatories: z.array(id).min(1).max(100),
});
/** A whole package in the cloud; the ground is one of those with a name, for the proof of it is kept for good. */
export const destruction = z.object({
  askedBy: z.enum(ERASURE_REQUESTERS),
  reference: erasureText,
  basis: z.enum(Object.keys(LEGAL_BASES) as LegalBasis[]),
});
export const subjectRequest = z.object({ reference: erasureText });
export const place = z.object({
  documents: z
    .array(
      z.object({
        document: id,
        placements: z
          .array(
            z.object({
              kind: z.enum(['signature', 'initials', 'date', 'text', 'checkbox']),
              role,
              order,
              label,
              required: z.boolean(),
              page,
              box,
            }),
          )
          .max(500),
        assigned: z.array(z.object({ fieldName: z.string().min(1).max(500), role, order, label })).max(500),
      }),
    )
    .min(1)
    .max(50),
});
export const filter = z.object({
  state: z.enum(['placing', 'open', 'signing', 'complete', 'declined', 'voided']).exactOptional(),
  delivery: z.enum(['none', 'waiting', 'sending', 'delivered', 'refused', 'set-aside']).exactOptional(),
  review: z.enum(['to-review', 'approved', 'returned']).exactOptional(),
  text: z.string().max(200).exactOptional(),
  limit: z.coerce.number().int().min(1).max(500).exactOptional(),
});
export const cloudFilter = z.object({
  state: z.enum(['stored', 'refused']).exactOptional(),
  branch: id.exactOptional(),
  kiosk: id.exactOptional(),
  level: z.enum(['not-baseline', 'B-B', 'B-T', 'B-LT', 'B-LTA']).exactOptional(),
  from: z.iso.datetime().exactOptional(),
  until: z.iso.datetime().exactOptional(),
  after: z.string().max(120).exactOptional(),
  text: z.string().max(200).exactOptional(),
  limit: z.coerce.number().int().min(1).max(500).exactOptional(),
});

/** An act on the accounts of a branch (null: of all branches without their own). */
export const staffChange = z.object({
  tenant: id,
  branch: id.nullable(),
  revision: z.number().int().min(0),
  act: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('add'), name: label, role: z.enum(['clerk', 'manager']), secret }),
    z.object({ kind: z.enum(['close', 'reopen']), id }),
    z.object({ kind: z.literal('secret'), id, secret }),
  ]),
});
export const retentionRule = z.object({
  tenant: id,
  class: z.enum(['package', 'audit', 'kiosk-copy', 'backup']),
  days: z.number().int(),
  reason: z.string().max(500).nullable(),
});
export const legalHold = z.object({
  tenant: id,
  scope: z.union([
    z.strictObject({ package: digest }),
    z.strictObject({ transaction: id }),
    z.strictObject({ from: z.iso.datetime(), until: z.iso.datetime() }),
  ]),
  reason,
  endsAt: z.iso.datetime().nullable(),
});

/** ---- customer's screen */
export const seen = z.object({ ceremony: id, document: id, digest, page, dwellMs: z.number().min(0).max(86_400_000) });
export const looking = z.object({ ceremony: id, document: id, page });
export const ofCeremony = z.object({ ceremony: id });
export const consent = z.object({
  ceremony: id,
  answer: z.enum(['biometric', 'picture-only']),
  language: z.enum(['sl', 'en']),
});
const share = z.number().min(0).max(1);
/** Shares of the whole screen; a place without area is none. */
export const signArea = z.object({
  ceremony: id,
  area: z.object({ x: share, y: share, width: share.positive(), height: share.positive() }),
});
const unit = z.number().min(-1).max(2);
export const mirror = z.object({
  ceremony: id,
  strokes: z.array(z.array(z.tuple([unit, unit])).max(500)).max(50),
  reset: z.boolean(),
});
/** Changes hold from a sample on; a window dragged about for an hour changes less often. */
const from = z.number().int().min(0).max(200_000);
const side = z.number().positive().max(20_000);
const ratio = z.number().positive().max(16);
const count = z.number().int().min(0).max(1_000_000);
/** An hour of a 1,000 Hz pen is far more than anyone writes; past it the ink is refused, not cut. */
const column = z.array(z.number().int().min(-10_000_000).max(4_000_000_000)).max(200_000);
export const accept = z.object({
  ceremony: id,
  ink: z
    .object({
      width: side,
      height: side,
      pixelRatio: ratio,
      sizes: z
        .array(z.object({ from, width: side, height: side }))
        .max(10_000)
        .exactOptional(),
      ratios: z.array(z.object({ from, ratio })).max(10_000).exactOptional(),
      rejected: z.object({ palms: count, touches: count }).exactOptional(),
      pointerType: z.enum(['pen', 'touch', 'mouse']),
      x: column,
      y: column,
      tip: z.array(z.union([z.literal(0), z.literal(1)])).max(200_000),
      time: column,
      pressure: column.exactOptional(),
      tiltX: column.exactOptional(),
      tiltY: column.exactOptional(),
      twist: column.exactOptional(),
      altitude: column.exactOptional(),
      azimuth: column.exactOptional(),
    })
    .refine((ink) =>
      [ink.y, ink.tip, ink.time, ink.pressure, ink.tiltX, ink.tiltY, ink.twist, ink.altitude, ink.azimuth].every(
        (one) => one === undefined || one.length === ink.x.length,
      ),
    )
    .nullable(),
});
export const doubt = z.object({ ceremony: id, keep: z.boolean() });

/** ---- simulated pad */
export const pen = z.object({
  samples: z
    .array(
      z.object({ x: coordinate, y: coordinate, p: z.number().min(0).max(1), tip: z.boolean(), t: z.number().min(0) }),
    )
    .max(20_000),
  fast: z.boolean().default(false),
});
export const press = z.object({ button: z.enum(['ok', 'clear', 'cancel']) });
export const plug = z.object({ plugged: z.boolean() });

/** Query of a GET: empty values count as not given. */
export function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries([...new URL(request.url).searchParams].filter(([, value]) => value !== ''));
}
