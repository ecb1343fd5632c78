import { json } from '../../../_server/answer.ts';
import { clearCookie, CLOUD_COOKIE, readCookie } from '../../../_server/cookies.ts';
import { cloudRoute } from '../../../_server/route.ts';

export const POST = cloudRoute({ who: 'public' }, async ({ cloud, request }) => {
  const token = readCookie(request.headers, CLOUD_COOKIE);
  if (token !== null) await cloud.signOut(token);
  return json({}, 200, { 'set-cookie': clearCookie(CLOUD_COOKIE) });
});
