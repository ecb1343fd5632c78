import { z } from 'zod';
import { isSha256, type Sha256 } from '../digest.ts';
import { AUDIT_LIMITS } from './chain.ts';
import { AUDIT_EVENT_TYPES, type AuditEntry } from './audit-entry.ts';

const nullableText = z.string().max(AUDIT_LIMITS.text).nullable();

export const sha256Schema = z.custom<Sha256>(isSha256, 'not a SHA-256 digest in lower-case hex');

/** Strict: a member that is not known would be outside the contract, and yet inside the digest. */
export const auditEntrySchema = z
  .strictObject({
    type: z.literal('countersign.audit'),
    version: z.literal(1),
    sequence: z.int().min(1),
    previous: sha256Schema,
    eventId: z.string().min(1).max(100),
    signatoryId: nullableText,
    userName: nullableText,
    eventType: z.enum(AUDIT_EVENT_TYPES),
    time: z.iso.datetime({ precision: 3 }),
    success: z.boolean(),
    transactionName: nullableText,
    extra: z.record(z.string().max(100), z.union([z.string().max(AUDIT_LIMITS.extraText), z.number(), z.boolean()])),
    processState: z.enum(['loading', 'prepared', 'signing', 'signed', 'archived', 'completed', 'ended', 'none']),
    ipAddress: nullableText,
    transactionId: nullableText,
  })
  .readonly();

/** @throws z.ZodError naming every member that is wrong. */
export function parseAuditEntry(value: unknown): AuditEntry {
  return auditEntrySchema.parse(value);
}
