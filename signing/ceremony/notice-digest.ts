import { utf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { CURRENT_NOTICE_VERSION, noticeOf, type NoticeLanguage, type NoticeParties } from './notices.ts';

/**
 * Names the very text that was shown, parties filled in: what consent and binding statement carry.
 * @throws RangeError for a version there never was.
 */
export function noticeDigest(
  language: NoticeLanguage,
  parties: NoticeParties,
  version: string = CURRENT_NOTICE_VERSION,
): Sha256 {
  const notice = noticeOf(language, parties, version);
  if (notice === null) throw new RangeError('no such version of the notice');
  return sha256(utf8('countersign.notice/1\n'), canonicalBytes(notice));
}
