import { json, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';

export const GET = kioskRoute({ who: 'staff' }, async ({ kiosk }) =>
  kiosk.simulatedPad === null ? refusal('not-found', 404) : json(await kiosk.simulatedPad.buttons()),
);
