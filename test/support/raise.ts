import { concat } from '../../signing/bytes.ts';
import { encodeOcspRequest } from '../../signing/cms/ocsp.ts';
import { encodeTimestampRequest, parseTimestampResponse } from '../../signing/cms/timestamp-protocol.ts';
import { completeTimestamp, prepareTimestamp } from '../../signing/evidence/document-timestamp.ts';
import { addValidationData, type ValidationMaterial } from '../../signing/evidence/validation-data.ts';
import type { Result } from '../../signing/result.ts';
import type { StateToAsk } from '../../signing/verification/long-term.ts';
import { inspectPdf } from '../../signing/verification/verify-pdf.ts';
import type { Authorities } from './authorities.ts';

function valueOf<T>(result: Result<T, { readonly detail: string }>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** The document with one more time-stamp by the authority, and its token. */
export async function stamped(
  revision: Uint8Array,
  authorities: Authorities,
): Promise<{ readonly bytes: Uint8Array; readonly token: Uint8Array }> {
  const prepared = valueOf(prepareTimestamp(revision));
  const query = encodeTimestampRequest({ digest: prepared.digest, nonce: Buffer.alloc(16, 7) });
  const token = valueOf(parseTimestampResponse(await authorities.stamp(query)));
  return { bytes: concat(revision, valueOf(completeTimestamp(prepared, token))), token };
}

/** The state of each certificate: OCSP for those of the issuing authority, its root's list for itself. */
export async function stateOf(
  states: readonly StateToAsk[],
  authorities: Authorities,
): Promise<Pick<ValidationMaterial, 'ocsps' | 'crls'>> {
  const ocsps: Uint8Array[] = [];
  for (const { subject, issuer } of states.filter(({ issuer }) => !issuer.selfIssued)) {
    ocsps.push(await authorities.ocsp(encodeOcspRequest({ subject, issuer, nonce: Buffer.alloc(16, 9) })));
  }
  const asksRoot = states.some(({ issuer }) => issuer.selfIssued);
  return { ocsps, crls: asksRoot ? [await authorities.crl('root')] : [] };
}

/** The document with the validation data that it lacks. */
export async function withValidationData(
  revision: Uint8Array,
  authorities: Authorities,
  roots: readonly Uint8Array[],
): Promise<Uint8Array> {
  const { longTerm } = inspectPdf(revision, { name: 'raising', roots });
  if (longTerm === null) throw new Error('nothing is signed');
  const material = { certificates: longTerm.certificates, ...(await stateOf(longTerm.toAsk, authorities)) };
  return concat(revision, valueOf(addValidationData(revision, material)));
}
