import { actAnswer, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { uploadedFiles } from '../../../_server/uploaded.ts';

const MAX_INK_BYTES = 32 * 1024 * 1024;

/** Multipart form: `file` is a recording, `fast` = 1 sends it without its pauses. */
export const POST = kioskRoute({ who: 'staff' }, async ({ kiosk, request }) => {
  if (kiosk.simulatedPad === null) return refusal('not-found', 404);
  const uploaded = await uploadedFiles(request, { maxBytes: MAX_INK_BYTES, tooLarge: 'limit', maxFiles: 1 });
  if (uploaded instanceof Response) return uploaded;
  const [recording, ...more] = uploaded.files;
  if (recording === undefined || more.length > 0) return refusal('invalid', 400);
  return actAnswer(await kiosk.simulatedPad.replay(recording.bytes, uploaded.fields.get('fast') === '1'));
});
