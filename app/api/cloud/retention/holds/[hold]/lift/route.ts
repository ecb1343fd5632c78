import { z } from 'zod';

import { json, refusal } from '../../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../../_server/route.ts';
import { id, reason } from '../../../../../../_server/shapes.ts';

export const POST = cloudRoute(
  { who: 'holds.change', params: z.object({ hold: id }), body: z.object({ tenant: id, reason }) },
  async ({ cloud, staff, params, body }) => {
    const done = await cloud.console.liftHold({ ...body, id: params.hold }, staff);
    if (done.ok) return json({});
    return refusal(done.error, done.error === 'hold-unknown' ? 404 : 422);
  },
);
