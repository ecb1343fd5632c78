import { json, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { pen } from '../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'staff', body: pen }, async ({ kiosk, body }) => {
  if (kiosk.simulatedPad === null) return refusal('not-found', 404);
  await kiosk.simulatedPad.pen(body.samples, body.fast);
  return json({});
});
