import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { erasure, id } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'manager', params: z.object({ id }), body: erasure },
  async ({ kiosk, params, body, actor }) => actAnswer(await kiosk.erasePenData(params.id, body, actor)),
);
