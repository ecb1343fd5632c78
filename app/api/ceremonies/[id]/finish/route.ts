import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, finish } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: finish },
  async ({ kiosk, params, body, actor }) => actAnswer(await kiosk.finishForCustomer(params.id, body.act, actor)),
);
