import { z } from 'zod';

import { json, refusal } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';
import { statusOfAct } from '../../../../_server/status.ts';

/** Everything the demo command writes; bytes as base64. The runtime refuses outside demo mode. */
export const GET = kioskRoute({ who: 'staff', params: z.object({ id }) }, async ({ kiosk, params }) => {
  const result = await kiosk.demoExport(params.id);
  if (!result.ok) return refusal(result.error.code, statusOfAct(result.error.code));
  const { signed, package: sealed, ...texts } = result.value;
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return json({ ...texts, signed: signed.map(base64), package: base64(sealed) });
});
