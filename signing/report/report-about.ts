import { z } from 'zod';
import { certificateFacts } from '../cms/certificate-facts.ts';
import { sha256 } from '../digest.ts';

/** A certificate that was trusted from the start, told apart by its digest: names can be had by anybody. */
const trustAnchor = z.strictObject({ name: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/) });

/** What was judged, when, with what: the same in every form of a report. */
export const reportAbout = z.strictObject({
  /** What the file is called. */
  file: z.string(),
  /** SHA-256 of the file that was judged, hex; null where there was no single file. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** RFC 3339 UTC. */
  judgedAt: z.iso.datetime(),
  software: z.strictObject({ name: z.string(), version: z.string() }),
  /** Who asked for it, where somebody was signed in. */
  by: z.string().nullable(),
  /** Empty: nobody was trusted, so no signer is vouched for. */
  trust: z.array(trustAnchor),
});
export type ReportAbout = z.infer<typeof reportAbout>;

/** Roots (DER) as a report names them. @throws DerError when one is no certificate */
export function anchorsOf(roots: readonly Uint8Array[]): ReportAbout['trust'] {
  return roots.map((root) => ({ name: certificateFacts(root).commonName ?? '', digest: sha256(root) }));
}
