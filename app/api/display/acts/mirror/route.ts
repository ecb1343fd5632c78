import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { mirror } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: mirror }, ({ kiosk, body }) =>
  actAnswer(kiosk.mirrorSurface(body.ceremony, body.strokes, body.reset)),
);
