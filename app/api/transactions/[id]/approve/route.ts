import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'manager', params: z.object({ id }) }, ({ kiosk, params, actor }) =>
  actAnswer(kiosk.approve(params.id, actor)),
);
