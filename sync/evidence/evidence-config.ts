import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import type { EvidenceRules } from '../../signing/evidence/evidence-due.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { EvidenceServices } from './evidence-client.ts';
import type { RaisePorts } from './raise-document.ts';

export interface EvidenceConfig {
  readonly services: EvidenceServices;
  readonly rules: EvidenceRules;
  readonly goal: RaisePorts['goal'];
}
/** What a kiosk adds before a package leaves, and how long that may take. */
export interface KioskEvidenceConfig extends EvidenceConfig {
  /** For all documents of a transaction together, milliseconds. */
  readonly patienceMs: number;
}

const DAY_MS = 86_400_000;

/** An address of a service, as somebody who runs it wrote it down. Secrets do not belong into it: it may be logged. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).username === '', 'holds a name or password');
const goal = z.enum(['B-T', 'B-LT', 'B-LTA']);
const services = {
  version: z.literal(1),
  timestamp: address,
  ocsp: z.array(address).max(20).default([]),
  crls: z.array(address).max(50).default([]),
  /** PEM: roots of time-stamp authorities beside the tenants' own. */
  roots: z
    .string()
    .refine((pem) => pem.trim() === '' || areCertificates(pem), 'must be PEM certificates')
    .default(''),
};
const cloudSchema = z.strictObject({
  ...services,
  goal: goal.default('B-LTA'),
  /** How long before an end new evidence is made. */
  renewDaysAhead: z.number().int().min(1).max(3650).default(180),
  /** Until when an algorithm is held to be strong: 'sha256', 'rsa-2048', 'ec-prime256v1' and a date. */
  algorithmEnds: z.record(z.string(), z.iso.date()).default({}),
});
/** A kiosk renews nothing: its packages leave, and what ages is the cloud's business. */
const kioskSchema = z
  .strictObject({
    ...services,
    goal: goal.default('B-T'),
    patienceSeconds: z.number().int().min(1).max(60).default(10),
  })
  .refine(({ goal: wanted, ocsp, crls }) => wanted === 'B-T' || ocsp.length + crls.length > 0, {
    path: ['goal'],
    error: 'needs addresses in ocsp or crls',
  });

/** `<dataDir>/cloud/keys/evidence.json`. */
export function parseEvidenceConfig(value: unknown): Result<EvidenceConfig, string> {
  const parsed = cloudSchema.safeParse(value);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const { renewDaysAhead, algorithmEnds } = parsed.data;
  const ends = Object.entries(algorithmEnds).map(([name, date]) => [name, new Date(date)] as const);
  return ok({
    services: servicesOf(parsed.data),
    rules: { algorithmEnds: new Map(ends), ahead: renewDaysAhead * DAY_MS },
    goal: parsed.data.goal,
  });
}

/** `<dataDir>/kiosk/keys/evidence.json`. */
export function parseKioskEvidence(value: unknown): Result<KioskEvidenceConfig, string> {
  const parsed = kioskSchema.safeParse(value);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  return ok({
    services: servicesOf(parsed.data),
    rules: { algorithmEnds: new Map(), ahead: 0 },
    goal: parsed.data.goal,
    patienceMs: parsed.data.patienceSeconds * 1000,
  });
}

function servicesOf({
  timestamp,
  ocsp,
  crls,
  roots,
}: Pick<z.infer<typeof cloudSchema>, keyof Omit<typeof services, 'version'>>): EvidenceServices {
  return { timestamp, ocsp, crls, roots: parseCertificatesPem(roots) };
}

function areCertificates(pem: string): boolean {
  try {
    return parseCertificatesPem(pem).map((der) => new X509Certificate(der)).length > 0;
  } catch {
    return false;
  }
}
