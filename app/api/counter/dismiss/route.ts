import { json } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';

/** The customer has left: their screen greets the next one. */
export const POST = kioskRoute({ who: 'staff' }, ({ kiosk, actor }) => {
  kiosk.dismiss(actor);
  return json({});
});
