import { json, refusal } from '../../_server/answer.ts';
import { readCookie, setCookie, STAFF_COOKIE } from '../../_server/cookies.ts';
import { kioskRoute } from '../../_server/route.ts';
import { credentials } from '../../_server/shapes.ts';
import { statusOfSignIn } from '../../_server/status.ts';

export const POST = kioskRoute({ who: 'public', body: credentials }, async ({ kiosk, body, ip, request }) => {
  const result = await kiosk.signIn(body.name, body.secret, ip);
  if (!result.ok) {
    const { error } = result;
    return refusal(error.code, statusOfSignIn(error.code), error.code === 'locked' ? { until: error.until } : {});
  }
  const { token, staff, expiresAt } = result.value;
  const before = readCookie(request.headers, STAFF_COOKIE);
  if (before !== null) kiosk.signOut(before, ip);
  return json({ staff, expiresAt }, 200, { 'set-cookie': setCookie(STAFF_COOKIE, token) });
});
