import { json } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';
import { filter, queryOf } from '../../_server/shapes.ts';
import { refusal } from '../../_server/answer.ts';

export const GET = kioskRoute({ who: 'staff' }, ({ kiosk, request }) => {
  const parsed = filter.safeParse(queryOf(request));
  return parsed.success ? json(kiosk.transactions(parsed.data)) : refusal('invalid', 400);
});
