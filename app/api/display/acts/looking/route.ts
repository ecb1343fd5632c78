import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { looking } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: looking }, ({ kiosk, body }) =>
  actAnswer(kiosk.looking(body.ceremony, body.document, body.page)),
);
