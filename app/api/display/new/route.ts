import { json } from '../../../_server/answer.ts';
import { DISPLAY_COOKIE, setCookie } from '../../../_server/cookies.ts';
import { kioskRoute } from '../../../_server/route.ts';

/** Makes this browser a customer's screen. */
export const POST = kioskRoute({ who: 'staff' }, ({ kiosk, actor }) =>
  json({}, 200, { 'set-cookie': setCookie(DISPLAY_COOKIE, kiosk.newDisplay(actor).token) }),
);
