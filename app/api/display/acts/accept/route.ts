import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { accept } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: accept }, async ({ kiosk, body }) =>
  actAnswer(await kiosk.acceptInk(body.ceremony, body.ink)),
);
