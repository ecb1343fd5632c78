import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { signArea } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: signArea }, async ({ kiosk, body }) =>
  actAnswer(await kiosk.signArea(body.ceremony, body.area)),
);
