import { actAnswer, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';

const MAX_INK_BYTES = 32 * 1024 * 1024;

/** Multipart form: `file` is a recording, `fast` = 1 sends it without its pauses. */
export const POST = kioskRoute({ who: 'staff' }, async ({ kiosk, request }) => {
  if (kiosk.simulatedPad === null) return refusal('not-found', 404);
  if (Number(request.headers.get('content-length') ?? 0) > MAX_INK_BYTES) return refusal('limit', 413);
  let form: FormData;
  try {
    form = await request.formData();
  } catch {
    return refusal('invalid', 400);
  }
  const file = form.get('file');
  if (file === null || typeof file === 'string' || file.size > MAX_INK_BYTES) return refusal('invalid', 400);
  const bytes = new Uint8Array(await file.arrayBuffer());
  return actAnswer(await kiosk.simulatedPad.replay(bytes, form.get('fast') === '1'));
});
