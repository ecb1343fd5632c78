import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, device } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: device },
  async ({ kiosk, params, body, actor }) => actAnswer(await kiosk.chooseDevice(params.id, body.device, actor)),
);
