import { json } from '../../_server/answer.ts';
import { clearCookie, readCookie, STAFF_COOKIE } from '../../_server/cookies.ts';
import { kioskRoute } from '../../_server/route.ts';

export const POST = kioskRoute({ who: 'public' }, ({ kiosk, request, ip }) => {
  const token = readCookie(request.headers, STAFF_COOKIE);
  if (token !== null) kiosk.signOut(token, ip);
  return json({}, 200, { 'set-cookie': clearCookie(STAFF_COOKIE) });
});
