import { consentNotice } from '../../../../_i18n/consent-notice.ts';
import { actAnswer, refusal } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { consent } from '../../../../_server/shapes.ts';

/** The notice that was before the customer is put together here again: what is recorded is never the browser's word. */
export const POST = kioskRoute({ who: 'display', body: consent }, async ({ kiosk, body }) => {
  const view = kiosk.display();
  if (view.kind !== 'consent' || view.ceremony !== body.ceremony) return refusal('wrong-state', 409);
  const notice = consentNotice(view.noticeVersion, body.language, view);
  return actAnswer(await kiosk.answerConsent(body.ceremony, body.answer, notice, body.language));
});
