import { z } from 'zod';
import { fromUtf8 } from '../bytes.ts';
import { canonicalBytes, isCanonicalForm } from '../canonical-json.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import type { CaptureRecord } from './capture-record.ts';
import { parseCapture } from './encode-capture.ts';

/** What an opened capture holds (design.md 5, sealed capture). Read by the verifier, written by sealing. */
export interface CaptureContent {
  /** The binding statement's canonical bytes: compare their digest with the signed one. */
  readonly statement: Uint8Array;
  /** 32 bytes. */
  readonly salt: Uint8Array;
  readonly capture: CaptureRecord;
  /** What H2 is computed over. */
  readonly captureBytes: Uint8Array;
}

export type CaptureContentProblem = 'not-json' | 'wrong-shape' | 'not-canonical' | 'capture-malformed';

const shape = z.strictObject({
  type: z.literal('countersign.sealed-capture'),
  version: z.literal(1),
  binding: z.looseObject({ type: z.literal('countersign.binding'), version: z.literal(1) }),
  salt: z.base64().length(44),
  capture: z.looseObject({}),
});

/** Only the canonical form is accepted: one content, one encoding. */
export function parseCaptureContent(bytes: Uint8Array): Result<CaptureContent, CaptureContentProblem> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    return err('not-json');
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) return err('wrong-shape');
  if (!isCanonicalForm(parsed.data, bytes)) return err('not-canonical');
  const captureBytes = canonicalBytes(parsed.data.capture);
  const capture = parseCapture(captureBytes);
  if (!capture.ok) return err('capture-malformed');
  const salt = Buffer.from(parsed.data.salt, 'base64');
  if (salt.length !== 32) return err('wrong-shape');
  return ok({ statement: canonicalBytes(parsed.data.binding), salt, capture: capture.value, captureBytes });
}

/** H2 = SHA-256(H1 bytes || salt || capture record) (formats 7.1), recomputed from what was opened. */
export function recomputeCommitment(h1: Sha256, content: CaptureContent): Sha256 {
  return sha256(Buffer.from(h1, 'hex'), content.salt, content.captureBytes);
}
