import { z } from 'zod';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';
import type { EvidenceRules } from '../../../signing/evidence/evidence-due.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import type { EvidenceServices } from './evidence-client.ts';
import type { RaisePorts } from './raise-document.ts';

export interface EvidenceConfig {
  readonly services: EvidenceServices;
  readonly rules: EvidenceRules;
  readonly goal: RaisePorts['goal'];
}

const DAY_MS = 86_400_000;

/** An address of a service, as somebody who runs the cloud wrote it down. Secrets do not belong into it: it may be logged. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).username === '', 'holds a name or password');
const schema = z.strictObject({
  version: z.literal(1),
  timestamp: address,
  ocsp: z.array(address).max(20).default([]),
  crls: z.array(address).max(50).default([]),
  /** PEM: roots of time-stamp authorities beside the tenants' own. */
  roots: z.string().default(''),
  goal: z.enum(['B-T', 'B-LT', 'B-LTA']).default('B-LTA'),
  /** How long before an end new evidence is made. */
  renewDaysAhead: z.number().int().min(1).max(3650).default(180),
  /** Until when an algorithm is held to be strong: 'sha256', 'rsa-2048', 'ec-prime256v1' and a date. */
  algorithmEnds: z.record(z.string(), z.iso.date()).default({}),
});

/** `<dataDir>/cloud/keys/evidence.json`. */
export function parseEvidenceConfig(value: unknown): Result<EvidenceConfig, string> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const { timestamp, ocsp, crls, roots, goal, renewDaysAhead, algorithmEnds } = parsed.data;
  const ends = Object.entries(algorithmEnds).map(([name, date]) => [name, new Date(date)] as const);
  return ok({
    services: { timestamp, ocsp, crls, roots: parseCertificatesPem(roots) },
    rules: { algorithmEnds: new Map(ends), ahead: renewDaysAhead * DAY_MS },
    goal,
  });
}
