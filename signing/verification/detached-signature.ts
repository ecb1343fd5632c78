import { OID } from '../cms/oids.ts';
import { checkChain, type Strangers } from './chain.ts';
import { checking, Fault, failed, indeterminate, passed } from './checks.ts';
import { checkCmsSignature } from './cms-signature.ts';
import { readCms, type CmsSignature } from './cms-structure.ts';
import { checkStrangers, checkUnsigned, signingTimeOf } from './signature-integrity.ts';
import type { Check } from './verification-report.ts';

export interface DetachedOptions {
  readonly roots: readonly Uint8Array[];
  /** Judge certificates at this time instead of the claimed one. */
  readonly at?: Date;
  /** When this is judged, as for a signature in a PDF. */
  readonly now?: Date;
  readonly strangers?: Strangers;
  /** Entry names for the report. */
  readonly signature: string;
  readonly content: string;
}

/**
 * A detached CAdES signature over the exact bytes of one file of a container (formats 4.4): its arithmetic, then
 * its chain. One check for each.
 */
export function checkDetached(der: Uint8Array, content: Uint8Array, options: DetachedOptions): readonly Check[] {
  const { signature, content: over } = options;
  let cms: CmsSignature | null = null;
  const integrity = checking(() => {
    cms = readCms(der);
    if (cms.content !== null || cms.contentType !== OID.data) {
      throw new Fault('content-inside', `${signature} carries content of its own instead of being over ${over}.`);
    }
    checkCmsSignature(cms, [content]);
    if (cms.signedAttributes?.has(OID.signingCertificateV2) !== true || signingTimeOf(cms) === null) {
      throw new Fault('not-cades', `${signature} lacks signed attributes that CAdES requires.`);
    }
    checkStrangers(cms);
    checkUnsigned(cms);
    return passed(`${signature} verifies over ${over}.`, 'signature-valid');
  });
  return [integrity.outcome === 'passed' ? integrity : named(integrity, signature), chainOf(cms, options)];
}

function named(check: Check, signature: string): Check {
  return { ...check, detail: `${signature}: ${check.detail}` };
}

function chainOf(
  cms: CmsSignature | null,
  { roots, at, now, signature, strangers = 'failed' }: DetachedOptions,
): Check {
  if (cms === null) return indeterminate('no-certificate', `${signature}: the certificate of the signer is unknown.`);
  const time = checking(() => (signingTimeOf(cms) === null ? failed('no-time', 'no time') : passed('a time')));
  const judged = at ?? (time.outcome === 'passed' ? signingTimeOf(cms) : null);
  if (judged === null) return indeterminate('no-time', `${signature} claims no time to judge its certificates at.`);
  const times = at === undefined && now !== undefined ? { at: judged, now } : { at: judged };
  const purpose = 'document-signature';
  return named(checkChain(cms.signer, cms.certificates, { roots, ...times, purpose, strangers }), signature);
}
