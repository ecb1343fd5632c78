import { z } from 'zod';

import { attachment, bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { kioskRoute } from '../../../../../_server/route.ts';
import { id } from '../../../../../_server/shapes.ts';

const params = z.object({ ceremony: id, doc: id });

/** The customer's own signed copy. */
export const GET = kioskRoute({ who: 'display', params }, async ({ kiosk, params: { ceremony, doc } }) => {
  const copy = await kiosk.copy(ceremony, doc);
  if (copy === null) return refusal('not-found', 404);
  return bytesAnswer(copy.bytes, 'application/pdf', { 'content-disposition': attachment(copy.name) });
});
