import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'staff', params: z.object({ id }) }, async ({ kiosk, params, actor }) =>
  actAnswer(await kiosk.giveBack(params.id, actor)),
);
