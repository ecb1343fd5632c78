import { z } from 'zod';

import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';

export const GET = cloudRoute({ who: 'exceptions.read' }, async ({ cloud, staff }) =>
  json(await cloud.console.exceptions(staff)),
);

/** Tried again where that can be done, else noted as seen to; by whom is kept. */
export const POST = cloudRoute(
  { who: 'exceptions.settle', body: z.object({ key: z.string().min(1).max(1_000) }) },
  async ({ cloud, staff, body }) => {
    const done = await cloud.console.settle(body.key, staff);
    return done.ok ? json({}) : refusal('not-found', 404);
  },
);
