import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { consent } from '../../../../_server/shapes.ts';

/** Which notice was shown is the runtime's knowledge, never the browser's word. */
export const POST = kioskRoute({ who: 'display', body: consent }, async ({ kiosk, body }) =>
  actAnswer(await kiosk.answerConsent(body.ceremony, body.answer, body.language)),
);
