import { z } from 'zod';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import { ERASURE_REQUESTERS } from '../../signing/container/erasure-record.ts';
import { err, ok, type Result } from '../../signing/result.ts';

/** `typ` header of the JWS: no other statement of ours can pass for one. */
export const DESTRUCTION_TYPE = 'countersign-destruction+jwt';

const text = z.string().min(1).max(1000);
const time = z.iso.datetime({ precision: 3 });
const schema = z.strictObject({
  type: z.literal('countersign.destruction'),
  version: z.literal(1),
  package: z.strictObject({ algorithm: z.literal('sha-256'), digest: z.custom<Sha256>(isSha256) }),
  tenant: text,
  transaction: text,
  /** RFC 3339 UTC. */
  arrivedAt: time,
  destroyedAt: time,
  /** Days from receipt after which it was due; or who demanded it before its time, and on which ground. */
  rule: z.union([
    z.strictObject({ class: z.literal('package'), days: z.int().min(1) }),
    z.strictObject({
      class: z.literal('package'),
      demand: z.strictObject({ by: z.enum(ERASURE_REQUESTERS), legalBasis: text }),
    }),
  ]),
  /**
   * 'key-destroyed': every copy of the object, those in backups of the store included, is without its key. 'object-removed': it
   * was stored before objects had keys.
   */
  how: z.enum(['key-destroyed', 'object-removed']),
  /** What whoever runs the cloud says about backups of it: kept so many days, so nothing is left in them after `goneBy`. Null: nothing was said. */
  backups: z.strictObject({ days: z.int().min(1), goneBy: time }).nullable(),
});

/** Claims of the JWS by which the cloud says that it destroyed a package. No personal data: it is kept for good. */
export type DestructionClaims = z.infer<typeof schema>;

export function parseDestructionClaims(value: unknown): Result<DestructionClaims, string> {
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}
