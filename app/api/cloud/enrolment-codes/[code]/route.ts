import { z } from 'zod';

import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

export const DELETE = cloudRoute(
  { who: 'codes.manage', params: z.object({ code: id }) },
  async ({ cloud, staff, params }) =>
    (await cloud.devices.withdrawCode(params.code, staff)) ? json({}) : refusal('not-found', 404),
);
