import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { doubt } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: doubt }, async ({ kiosk, body }) =>
  actAnswer(await kiosk.answerDoubt(body.ceremony, body.keep)),
);
