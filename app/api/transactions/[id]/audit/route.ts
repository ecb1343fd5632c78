import { z } from 'zod';

import { attachment, json, refusal } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';
import { statusOfAct } from '../../../../_server/status.ts';

const params = z.object({ id });

/** The timeline on screen. */
export const GET = kioskRoute({ who: 'staff', params }, (call) => json(call.kiosk.auditOf(call.params.id)));

/** The trail as a file. Exporting is itself an entry, so it is an act. */
export const POST = kioskRoute({ who: 'manager', params }, (call) => {
  const result = call.kiosk.exportAudit(call.params.id, call.actor);
  if (!result.ok) return refusal(result.error.code, statusOfAct(result.error.code));
  return new Response(result.value.json, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': attachment(result.value.name),
      'cache-control': 'no-store',
    },
  });
});
