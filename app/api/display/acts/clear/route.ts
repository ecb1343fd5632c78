import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { ofCeremony } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: ofCeremony }, async ({ kiosk, body }) =>
  actAnswer(await kiosk.clearInk(body.ceremony)),
);
