import { z } from 'zod';

import { json, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { id } from '../../../../../_server/shapes.ts';
import { statusOfUser } from '../../../../../_server/status.ts';

export const POST = cloudRoute(
  { who: 'users.manage', params: z.object({ user: id }) },
  async ({ cloud, staff, params }) => {
    const done = await cloud.users.close(params.user, staff);
    return done.ok ? json(done.value) : refusal(done.error, statusOfUser(done.error));
  },
);
