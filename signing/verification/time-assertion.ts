import { checking, Fault, indeterminate, passed } from './checks.ts';
import type { DetachedOptions } from './detached-signature.ts';
import { trustStamp } from './long-term.ts';
import { checkTimestamp, type Timestamp } from './timestamp.ts';
import { readValidationData } from './validation-data.ts';
import type { Check } from './verification-report.ts';

/**
 * A time-stamp token over the exact bytes of one file of a container (EN 319 162-1 4.4.4: ASiC-E with time assertion): what it is
 * over, then its authority. One check for each.
 */
export function checkTimeAssertion(token: Uint8Array, content: Uint8Array, options: DetachedOptions): readonly Check[] {
  const { signature, content: over, roots } = options;
  let stamp: Timestamp | null = null;
  const integrity = checking(() => {
    stamp = checkTimestamp(token, [content]);
    return passed(`${signature} is a time-stamp over ${over}, of ${stamp.time.toISOString()}.`, 'timestamp-valid');
  });
  if (integrity.outcome !== 'passed') return [{ ...integrity, detail: `${signature}: ${integrity.detail}` }];
  return [integrity, checking(() => authorityOf(stamp, signature, roots))];
}

function authorityOf(stamp: Timestamp | null, signature: string, roots: readonly Uint8Array[]): Check {
  if (stamp === null) throw new Fault('timestamp-structure', `${signature} could not be read.`);
  if (trustStamp(stamp, null, readValidationData(undefined), [], { roots }) === null) {
    return indeterminate('timestamp-untrusted', `${signature}: its authority does not lead to a trusted root.`);
  }
  return passed(`${signature}: its authority leads to a trusted root.`, 'timestamp-trusted');
}
