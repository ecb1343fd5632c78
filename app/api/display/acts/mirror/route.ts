import { json } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { mirror } from '../../../../_server/shapes.ts';

/** Nothing to act on when it comes too late: ink on its way while the step ended is simply no longer shown. */
export const POST = kioskRoute({ who: 'display', body: mirror }, ({ kiosk, body }) =>
  json({ shown: kiosk.mirrorSurface(body.ceremony, body.strokes, body.reset).ok }),
);
