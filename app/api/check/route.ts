import type { CheckRefusal } from '../../../kiosk-shell/kiosk-api/report.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';
import { json, refusal } from '../../_server/answer.ts';
import { reportAnswer, reportWanted } from '../../_server/report-answer.ts';
import { kioskRoute } from '../../_server/route.ts';
import { uploadedFiles } from '../../_server/uploaded.ts';

/** The largest package, and a little for the multipart frame. */
const MAX_BYTES = 4 * DOCUMENT_LIMITS.bytes + 64 * 1024;

const STATUS: Readonly<Record<CheckRefusal['code'], number>> = {
  'too-large': 413,
  'not-a-signed-file': 422,
  'takes-too-long': 422,
  busy: 409,
};

/**
 * Multipart form: a `file` that somebody brought, judged and forgotten. With `format` and `language` the answer is the report as
 * a file, else what the screen shows.
 */
export const POST = kioskRoute({ who: 'staff' }, async ({ kiosk, actor, request }) => {
  const uploaded = await uploadedFiles(request, { maxBytes: MAX_BYTES, tooLarge: 'too-large', maxFiles: 1 });
  if (uploaded instanceof Response) return uploaded;
  const [file, ...more] = uploaded.files;
  if (file === undefined || more.length > 0) return refusal('invalid', 400);
  const { fields } = uploaded;
  if (!fields.has('format')) {
    const checked = await kiosk.check(file, actor);
    return checked.ok ? json(checked.value) : refusal(checked.error.code, STATUS[checked.error.code]);
  }
  const wanted = reportWanted.safeParse({ format: fields.get('format'), language: fields.get('language') });
  if (!wanted.success) return refusal('invalid', 400);
  const saved = await kiosk.saveCheck(file, wanted.data, actor);
  return saved.ok ? reportAnswer(saved.value) : refusal(saved.error.code, STATUS[saved.error.code]);
});
