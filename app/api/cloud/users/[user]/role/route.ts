import { z } from 'zod';

import { json, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { id, withCloudRole } from '../../../../../_server/shapes.ts';
import { statusOfUser } from '../../../../../_server/status.ts';

export const POST = cloudRoute(
  { who: 'users.manage', params: z.object({ user: id }), body: withCloudRole },
  async ({ cloud, staff, params, body }) => {
    const done = await cloud.users.changeRole(params.user, body.role, staff);
    return done.ok ? json(done.value) : refusal(done.error, statusOfUser(done.error));
  },
);
