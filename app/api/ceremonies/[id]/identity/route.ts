import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, identity } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: identity },
  async ({ kiosk, params, body, actor }) =>
    actAnswer(await kiosk.attestIdentity(params.id, body.input, body.values, actor)),
);
