import { json, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { plug } from '../../../_server/shapes.ts';

/** Answers when the kiosk has noticed. */
export const POST = kioskRoute({ who: 'staff', body: plug }, async ({ kiosk, body }) => {
  if (kiosk.simulatedPad === null) return refusal('not-found', 404);
  await (body.plugged ? kiosk.simulatedPad.plug() : kiosk.simulatedPad.unplug());
  return json({});
});
