import { json, refusal } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';
import { statusOfDocument } from '../../_server/status.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';

/** All documents of one transaction, and a little for the multipart frame. */
const MAX_BYTES = DOCUMENT_LIMITS.transactionBytes + 1024 * 1024;

/** Multipart form: one or more `file` parts make one transaction. */
export const POST = kioskRoute({ who: 'staff' }, async ({ kiosk, actor, request }) => {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!Number.isFinite(length)) return refusal('length-required', 411);
  if (length > MAX_BYTES) return refusal('too-large-together', 413);
  let form: FormData;
  try {
    form = await request.formData();
  } catch {
    return refusal('invalid', 400);
  }
  const parts = form.getAll('file').filter((part) => typeof part !== 'string');
  if (parts.length === 0) return refusal('invalid', 400);
  const files = await Promise.all(
    parts.map(async (part) => ({ name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) })),
  );
  const result = await kiosk.intake(files, actor);
  if (result.ok) return json(result.value, 201);
  const { file, refusal: why } = result.error;
  return refusal(why.code, statusOfDocument(why.code), { file });
});
