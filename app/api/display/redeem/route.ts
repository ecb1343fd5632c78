import { z } from 'zod';

import { json, refusal } from '../../../_server/answer.ts';
import { DISPLAY_COOKIE, setCookie } from '../../../_server/cookies.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { statusOfAct } from '../../../_server/status.ts';

const body = z.object({ code: z.string().trim().min(4).max(20) });

export const POST = kioskRoute({ who: 'public', body }, (call) => {
  const result = call.kiosk.redeemDisplayCode(call.body.code);
  if (!result.ok) return refusal(result.error.code, statusOfAct(result.error.code));
  return json({}, 200, { 'set-cookie': setCookie(DISPLAY_COOKIE, result.value.token) });
});
