import type { KeyObject } from 'node:crypto';
import { intakeDocument } from '../../signing/documents/intake.ts';
import { fillDocument } from '../../signing/documents/fill.ts';
import { prepareDocument } from '../../signing/documents/prepare.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import { prepareTimestamp } from '../../signing/evidence/document-timestamp.ts';
import { addValidationData, type ValidationMaterial } from '../../signing/evidence/validation-data.ts';
import { randomId } from '../../signing/ids.ts';
import type { ErasureInput } from '../../signing/sealing/erase-captures.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import { buildPackage, type PackageInput } from '../../signing/sealing/package.ts';
import { sealField, type SealFieldInput } from '../../signing/sealing/seal-field.ts';
import { reportFile } from '../../signing/report/report-file.ts';
import { judgeFile } from '../../signing/verification/judge-file.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import { inspectPdf, verifyPdf } from '../../signing/verification/verify-pdf.ts';
import { eraseAndJudge } from './erase-and-judge.ts';

/** A key as it crosses the thread boundary: `Signer` itself holds a function and cannot. */
export interface SealKey {
  readonly privateKey: KeyObject;
  readonly chain: readonly Uint8Array[];
}
interface Report {
  readonly report: Parameters<typeof reportFile>[0];
  readonly about: Parameters<typeof reportFile>[1];
  readonly wanted: Parameters<typeof reportFile>[2];
}
type WithKey<Input> = Omit<Input, 'signer'> & { readonly key: SealKey };

/** Everything heavy or hostile that is done with bytes. Inputs and outputs survive structured cloning; their large bytes are shared. */
export const tasks = {
  intake: ({ bytes, chain }: { readonly bytes: Uint8Array; readonly chain?: readonly Uint8Array[] }) =>
    intakeDocument(bytes, randomId, chain ?? null),
  prepare: ({
    bytes,
    placements,
    chain,
  }: {
    readonly bytes: Uint8Array;
    readonly placements: readonly Placement[];
    readonly chain?: readonly Uint8Array[];
  }) => prepareDocument(bytes, placements, chain ?? null),
  fill: ({
    bytes,
    values,
  }: {
    readonly bytes: Uint8Array;
    readonly values: readonly { readonly fieldName: string; readonly value: string | boolean }[];
  }) => fillDocument(bytes, values),
  seal: ({ key, ...input }: WithKey<SealFieldInput>) =>
    sealField({ ...input, signer: localSigner(key.privateKey, key.chain) }),
  pack: ({ key, ...input }: WithKey<PackageInput>) =>
    buildPackage({ ...input, signer: localSigner(key.privateKey, key.chain) }),
  erase: ({
    key,
    roots,
    ...input
  }: WithKey<ErasureInput> & {
    /** DER roots of the tenant. */
    readonly roots: readonly Uint8Array[];
  }) => eraseAndJudge({ ...input, signer: localSigner(key.privateKey, key.chain) }, roots),
  verifyPdf: ({ bytes, options }: { readonly bytes: Uint8Array; readonly options: Parameters<typeof verifyPdf>[1] }) =>
    verifyPdf(bytes, options),
  verifyPackage: ({
    bytes,
    options,
  }: {
    readonly bytes: Uint8Array;
    readonly options: Parameters<typeof verifyPackage>[1];
  }) => verifyPackage(bytes, options),
  /** A signed file of whatever kind, of whatever product. */
  judgeFile: ({ bytes, options }: { readonly bytes: Uint8Array; readonly options: Parameters<typeof judgeFile>[1] }) =>
    judgeFile(bytes, options),
  report: ({ report, about, wanted }: Report) => reportFile(report, about, wanted),
  /** What a document needs for the long term, and whether it holds at all. */
  judgeLongTerm: ({ bytes, roots }: { readonly bytes: Uint8Array; readonly roots: readonly Uint8Array[] }) => {
    const { report, longTerm } = inspectPdf(bytes, { name: 'document', roots });
    return { verdict: report.verdict, longTerm };
  },
  prepareTimestamp: ({ bytes }: { readonly bytes: Uint8Array }) => prepareTimestamp(bytes),
  addValidationData: ({ bytes, material }: { readonly bytes: Uint8Array; readonly material: ValidationMaterial }) =>
    addValidationData(bytes, material),
  packagedDocuments: ({ bytes }: { readonly bytes: Uint8Array }) => packagedDocuments(bytes),
} as const;
export type Tasks = typeof tasks;
