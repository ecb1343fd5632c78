import { z } from 'zod';

import { json, refusal } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { id } from '../../../_server/shapes.ts';

export const GET = kioskRoute({ who: 'staff', params: z.object({ id }) }, ({ kiosk, params }) => {
  const detail = kiosk.transaction(params.id);
  return detail === null ? refusal('not-found', 404) : json(detail);
});
