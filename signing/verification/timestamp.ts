import { expectInteger, expectOctets, expectSequence, expectUniversal, readDer, TAG } from '../cms/der-reader.ts';
import { equalBytes } from '../bytes.ts';
import { digestOf } from './algorithms.ts';
import { Fault } from './checks.ts';
import { checkCmsSignature, digestParts } from './cms-signature.ts';
import { readCms, type CmsSignature } from './cms-structure.ts';

const TST_INFO = '1.2.840.113549.1.9.16.1.4';

export interface Timestamp {
  readonly cms: CmsSignature;
  readonly time: Date;
}

/**
 * An RFC 3161 token over `content`: right imprint, right signature of the authority. Trust in the
 * authority is a separate question. @throws Fault, DerError
 */
export function checkTimestamp(token: Uint8Array, content: readonly Uint8Array[]): Timestamp {
  const cms = readCms(token);
  if (cms.contentType !== TST_INFO || cms.content === null) {
    throw new Fault('timestamp-structure', 'The time-stamp token does not hold a time-stamp.');
  }
  checkCmsSignature(cms, [cms.content]);
  if (cms.unsignedAttributes.size > 0) {
    throw new Fault('unsigned-attribute', 'The time-stamp token carries attributes that nothing signs.');
  }
  const [version, , imprint, , time] = expectSequence(readDer(cms.content));
  const [algorithm, hash] = expectSequence(imprint);
  if (expectInteger(version) !== 1 || !equalBytes(expectOctets(hash), digestParts(digestOf(algorithm), content))) {
    throw new Fault('timestamp-imprint', 'The time-stamp was made over something else.');
  }
  return { cms, time: parseTime(Buffer.from(expectUniversal(time, TAG.generalizedTime).content).toString('latin1')) };
}

/** GeneralizedTime in UTC, fractions of a second allowed (RFC 3161 2.4.2). */
function parseTime(text: string): Date {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
  if (match === null) throw new Fault('timestamp-structure', 'The time of the time-stamp is malformed.');
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  if (Number.isNaN(time.getTime())) throw new Fault('timestamp-structure', 'The time of the time-stamp is no time.');
  return time;
}
