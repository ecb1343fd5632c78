import { json, refusal } from '../../../../_server/answer.ts';
import { CLOUD_COOKIE, readCookie } from '../../../../_server/cookies.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { ownSecret } from '../../../../_server/shapes.ts';
import { statusOfUser } from '../../../../_server/status.ts';

/** The person's own secret: also for who has a one-time secret, and may do nothing else. */
export const POST = cloudRoute({ who: 'signed-in', body: ownSecret }, async ({ cloud, staff, body, request }) => {
  const token = readCookie(request.headers, CLOUD_COOKIE) ?? '';
  const done = await cloud.users.changeSecret(staff, body, token);
  return done.ok ? json({}) : refusal(done.error, statusOfUser(done.error));
});
