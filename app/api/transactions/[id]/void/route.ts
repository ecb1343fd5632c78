import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, withReason } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'manager', params: z.object({ id }), body: withReason },
  async ({ kiosk, params, body, actor }) => actAnswer(await kiosk.voidTransaction(params.id, body.reason, actor)),
);
