import { DOCUMENT_LIMITS } from '../../../../signing/documents/document.ts';
import { err, ok } from '../../../../signing/result.ts';
import { refusal } from '../../../_server/answer.ts';
import { isAllowedHost } from '../../../_server/origin.ts';
import { runtime } from '../../../_server/runtime.ts';
import { uploadedFiles } from '../../../_server/uploaded.ts';

/** All documents of one transaction, and a little for the multipart frame. */
const RULES = {
  maxBytes: DOCUMENT_LIMITS.transactionBytes + 1024 * 1024,
  tooLarge: 'too-large-together',
  maxFiles: DOCUMENT_LIMITS.documentsPerTransaction,
} as const;

/** Other programs: the cloud reads the request itself and authenticates by API key, never by a cookie. */
async function handle(request: Request): Promise<Response> {
  const running = runtime();
  if (running.role !== 'cloud') return refusal('not-found', 404);
  if (!isAllowedHost(request.headers.get('host'), process.env['COUNTERSIGN_HOSTS'])) return refusal('wrong-host', 421);
  return running.handleIntegration(request, async (form) => {
    const read = await uploadedFiles(form, RULES);
    if (!(read instanceof Response)) return ok(read);
    return err(read.status === 411 ? 'length-required' : read.status === 413 ? 'too-large-together' : 'invalid');
  });
}

export { handle as GET, handle as POST, handle as DELETE };
