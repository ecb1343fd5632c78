import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

/** Checks signatures, binding and trail again. It reads personal data, which is an audit entry: an act. */
export const POST = kioskRoute({ who: 'manager', params: z.object({ id }) }, async ({ kiosk, params, actor }) =>
  actAnswer(await kiosk.verify(params.id, actor)),
);
