import { readTstInfo, type TstInfo } from '../cms/timestamp-protocol.ts';
import { OID } from '../cms/oids.ts';
import { equalBytes } from '../bytes.ts';
import { digestOf } from './algorithms.ts';
import { Fault } from './checks.ts';
import { checkAuthorityNamed, checkCmsSignature, digestParts } from './cms-signature.ts';
import { readCms, type CmsSignature } from './cms-structure.ts';

export interface Timestamp {
  readonly cms: CmsSignature;
  readonly info: TstInfo;
  readonly time: Date;
}

/**
 * An RFC 3161 token over `content`: right imprint, right signature of the authority. Trust in the
 * authority is a separate question. @throws Fault, DerError
 */
export function checkTimestamp(token: Uint8Array, content: readonly Uint8Array[]): Timestamp {
  const stamp = readToken(token);
  if (!equalBytes(stamp.info.imprint, digestParts(digestOf(stamp.info.imprintAlgorithm), content))) {
    throw new Fault('timestamp-imprint', 'The time-stamp was made over something else.');
  }
  return stamp;
}

/** A token that its authority signed, whatever it is over. @throws Fault, DerError */
export function readToken(token: Uint8Array): Timestamp {
  const cms = readCms(token);
  if (cms.contentType !== OID.tstInfo || cms.content === null) {
    throw new Fault('timestamp-structure', 'The time-stamp token does not hold a time-stamp.');
  }
  checkCmsSignature(cms, [cms.content]);
  checkAuthorityNamed(cms);
  if (cms.unsignedAttributes.size > 0) {
    throw new Fault('unsigned-attribute', 'The time-stamp token carries attributes that nothing signs.');
  }
  const info = readTstInfo(cms.content);
  return { cms, info, time: info.time };
}
