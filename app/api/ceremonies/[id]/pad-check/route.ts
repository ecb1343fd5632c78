import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, padCheck } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: padCheck },
  async ({ kiosk, params, body, actor }) => actAnswer(await kiosk.confirmPad(params.id, body.matches, actor)),
);
