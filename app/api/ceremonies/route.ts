import { actAnswer } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';
import { begin } from '../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'staff', body: begin }, async ({ kiosk, body, actor }) =>
  actAnswer(await kiosk.begin(body.transaction, body.signatory, actor, { pictureOnly: body.pictureOnly })),
);
