import { json, refusal } from '../../../_server/answer.ts';
import { CLOUD_COOKIE, readCookie, setCookie } from '../../../_server/cookies.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { credentials } from '../../../_server/shapes.ts';
import { statusOfSignIn } from '../../../_server/status.ts';

export const POST = cloudRoute({ who: 'public', body: credentials }, async ({ cloud, body, ip, request }) => {
  const result = await cloud.signIn(body.name, body.secret, ip);
  if (!result.ok) {
    const { error } = result;
    return refusal(error.code, statusOfSignIn(error.code), error.code === 'locked' ? { until: error.until } : {});
  }
  const { token, staff, expiresAt } = result.value;
  const before = readCookie(request.headers, CLOUD_COOKIE);
  if (before !== null) await cloud.signOut(before);
  return json({ staff, expiresAt }, 200, { 'set-cookie': setCookie(CLOUD_COOKIE, token) });
});
