import { expectTime } from '../cms/der-reader.ts';
import { OID } from '../cms/oids.ts';
import { isName, isString } from '../pdf/objects.ts';
import { checkCmsSignature } from './cms-signature.ts';
import { readCms, type CmsSignature } from './cms-structure.ts';
import { placeDictionary, readSignedRanges, type SignedRanges } from './byte-range.ts';
import { strangers } from './chain.ts';
import { Fault } from './checks.ts';
import { parsePdfDate } from './pdf-date.ts';
import type { SignatureValue } from './signature-values.ts';
import { checkTimestamp, type Timestamp } from './timestamp.ts';

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14';
const CERTIFICATE_VALUES = '1.2.840.113549.1.9.16.2.23';
const REVOCATION_VALUES = '1.2.840.113549.1.9.16.2.24';

/** What was learned on the way; members appear as far as the checks got. */
export interface SignatureFacts {
  ranges?: SignedRanges;
  cms?: CmsSignature;
  /** Claimed by /M, or proved by the token of a document time-stamp. */
  time?: Date;
  /** Tokens over the signature value, as an unsigned attribute carries them; right by arithmetic, of no known authority. */
  stamps?: readonly Timestamp[];
  /** Why it is below PAdES B-B (formats 5.2); empty when it is baseline. */
  readonly belowBaseline: string[];
}

/** Fills `facts` and throws at the first rule that does not hold. @throws Fault, DerError, PdfSyntaxError */
export function checkIntegrity(bytes: Uint8Array, value: SignatureValue, facts: SignatureFacts): void {
  const { dictionary, offset } = value;
  if (dictionary === null)
    throw new Fault('signature-dictionary', 'The value of the signature field is no dictionary.');
  if (offset === null) throw new Fault('signature-not-indirect', 'The signature is not an object of its own.');
  if (value.shared) throw new Fault('signature-shared', 'Two fields have the same signature as their value.');
  const { entries } = dictionary;
  const claimed = entries.get('M');
  const date = isString(claimed) ? parsePdfDate(Buffer.from(claimed.bytes).toString('latin1')) : null;
  if (date !== null) facts.time = date;
  const subFilter = entries.get('SubFilter');
  checkKind(value, isName(subFilter) ? subFilter.name : '');
  if (!isName(entries.get('Filter'))) throw new Fault('filter', 'The signature has no /Filter.');
  const ranges = readSignedRanges(bytes, placeDictionary(bytes, offset));
  facts.ranges = ranges;
  if (value.kind === 'document-timestamp') {
    const { cms, time } = checkTimestamp(ranges.cms, ranges.parts);
    facts.cms = cms;
    facts.time = time;
    checkStrangers(cms);
    return;
  }
  const cms = readCms(ranges.cms);
  facts.cms = cms;
  if (cms.content !== null || cms.contentType !== OID.data) {
    throw new Fault('content-inside', 'The signature carries content of its own instead of being over the file.');
  }
  checkCmsSignature(cms, ranges.parts);
  if (isName(subFilter, 'ETSI.CAdES.detached') && cms.signedAttributes?.has(OID.signingCertificateV2) !== true) {
    throw new Fault('signing-certificate-missing', 'The signature does not name the certificate it was made with.');
  }
  checkStrangers(cms);
  facts.stamps = checkUnsigned(cms);
  noteBaseline(value, cms, facts);
}

function checkKind({ kind, dictionary }: SignatureValue, subFilter: string): void {
  const type = dictionary?.entries.get('Type');
  const [types, filters] =
    kind === 'signature'
      ? [['Sig'], ['ETSI.CAdES.detached', 'adbe.pkcs7.detached']]
      : [['DocTimeStamp', 'Sig'], ['ETSI.RFC3161']];
  if (type !== undefined && !(isName(type) && types.includes(type.name))) {
    throw new Fault('signature-type', 'The signature dictionary is of another type.');
  }
  if (!filters.includes(subFilter)) {
    throw new Fault('sub-filter', 'The kind of signature (/SubFilter) is missing or not accepted.');
  }
}

/** Nothing signs a certificate that nobody vouches for: a changed bit there would not show. */
export function checkStrangers(cms: CmsSignature): void {
  if (strangers(cms.signer, cms.certificates).length > 0) {
    throw new Fault('certificate-unrelated', 'The signature holds a certificate that has nothing to do with it.');
  }
}

/** The only unsigned attribute judged is a time-stamp, which proves itself. */
export function checkUnsigned(cms: CmsSignature): readonly Timestamp[] {
  const stamps: Timestamp[] = [];
  for (const [id, values] of cms.unsignedAttributes) {
    if (id !== SIGNATURE_TIMESTAMP) {
      throw new Fault('unsigned-attribute', 'The signature carries attributes that nothing signs.', 'indeterminate');
    }
    for (const token of values) {
      const stamp = checkTimestamp(token.encoded, [cms.signature]);
      checkStrangers(stamp.cms);
      stamps.push(stamp);
    }
  }
  return stamps;
}

function noteBaseline(
  { dictionary }: SignatureValue,
  cms: CmsSignature,
  { belowBaseline, time }: SignatureFacts,
): void {
  const entries = dictionary?.entries;
  const attributes = cms.signedAttributes;
  if (!isName(entries?.get('SubFilter'), 'ETSI.CAdES.detached'))
    belowBaseline.push('the sub-filter is not ETSI.CAdES.detached');
  if (time === undefined) belowBaseline.push('/M is missing');
  if (entries?.has('Cert') === true) belowBaseline.push('/Cert is present');
  if (attributes === null) belowBaseline.push('there are no signed attributes');
  else if (!attributes.has(OID.signingCertificateV2)) {
    belowBaseline.push('the signing certificate is not named by SHA-256 or better');
  }
  if (attributes?.has(OID.signingTime) === true) belowBaseline.push('signing-time is a signed attribute');
  if (cms.unsignedAttributes.has(CERTIFICATE_VALUES) || cms.unsignedAttributes.has(REVOCATION_VALUES)) {
    belowBaseline.push('validation data is in the CMS');
  }
}

/** The signing-time attribute, which CAdES in a container carries (formats 4.4). */
export function signingTimeOf(cms: CmsSignature): Date | null {
  const value = cms.signedAttributes?.get(OID.signingTime);
  return value === undefined ? null : expectTime(value);
}
