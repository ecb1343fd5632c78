import { bytesAnswer, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';

/** The picture the simulated pad received, as PNG. */
export const GET = kioskRoute({ who: 'staff' }, async ({ kiosk }) =>
  kiosk.simulatedPad === null ? refusal('not-found', 404) : bytesAnswer(await kiosk.simulatedPad.screen(), 'image/png'),
);
