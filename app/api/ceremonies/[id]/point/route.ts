import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, point } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: point },
  ({ kiosk, params, body, actor }) => actAnswer(kiosk.point(params.id, body.document, body.page, actor)),
);
