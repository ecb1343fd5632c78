import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { newCloudUser } from '../../../_server/shapes.ts';
import { statusOfUser } from '../../../_server/status.ts';

export const GET = cloudRoute({ who: 'users.read' }, async ({ cloud, staff }) => json(await cloud.users.list(staff)));

/** The one-time secret is in this answer and nowhere else. */
export const POST = cloudRoute({ who: 'users.manage', body: newCloudUser }, async ({ cloud, staff, body }) => {
  const made = await cloud.users.invite(body, staff);
  return made.ok ? json(made.value, 201) : refusal(made.error, statusOfUser(made.error));
});
