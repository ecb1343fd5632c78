import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { seen } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: seen }, ({ kiosk, body }) =>
  actAnswer(kiosk.pageSeen(body.ceremony, body.document, body.digest, body.page, body.dwellMs)),
);
