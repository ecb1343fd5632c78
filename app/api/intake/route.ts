import { json, refusal } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';
import { statusOfDocument } from '../../_server/status.ts';
import { uploadedFiles } from '../../_server/uploaded.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';

/** All documents of one transaction, and a little for the multipart frame. */
const MAX_BYTES = DOCUMENT_LIMITS.transactionBytes + 1024 * 1024;

/** Multipart form: one or more `file` parts make one transaction. */
export const POST = kioskRoute({ who: 'staff' }, async ({ kiosk, actor, request }) => {
  // How many files are too many, and which one it is, intake says.
  const uploaded = await uploadedFiles(request, {
    maxBytes: MAX_BYTES,
    tooLarge: 'too-large-together',
    maxFiles: DOCUMENT_LIMITS.documentsPerTransaction,
  });
  if (uploaded instanceof Response) return uploaded;
  const result = await kiosk.intake(uploaded.files, actor);
  if (result.ok) return json(result.value, 201);
  const { file, refusal: why } = result.error;
  return refusal(why.code, statusOfDocument(why.code), { file });
});
