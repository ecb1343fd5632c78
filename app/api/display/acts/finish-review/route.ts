import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { ofCeremony } from '../../../../_server/shapes.ts';

export const POST = kioskRoute({ who: 'display', body: ofCeremony }, ({ kiosk, body }) =>
  actAnswer(kiosk.finishReview(body.ceremony)),
);
