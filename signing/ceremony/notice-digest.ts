import { utf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { CURRENT_NOTICE_VERSION, noticeOf, type NoticeLanguage, type NoticeParties } from './notices.ts';
import { unrecordableNoticeOf } from './unrecordable-notice.ts';

const PREFIX = utf8('countersign.notice/1\n');

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
  return sha256(PREFIX, canonicalBytes(notice));
}

/** The same of what is shown where nobody is asked. */
export function unrecordableNoticeDigest(language: NoticeLanguage, parties: Pick<NoticeParties, 'tenant'>): Sha256 {
  return sha256(PREFIX, canonicalBytes(unrecordableNoticeOf(language, parties)));
}
