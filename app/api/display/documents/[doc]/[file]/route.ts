import { z } from 'zod';

import { bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { kioskRoute } from '../../../../../_server/route.ts';
import { id } from '../../../../../_server/shapes.ts';

const params = z.object({ doc: id, file: z.string().regex(/^[0-9a-f]{64}\.pdf$/) });

/** Only what the customer has before them now; the runtime decides. */
export const GET = kioskRoute({ who: 'display', params }, async ({ kiosk, params: { doc, file } }) => {
  const bytes = await kiosk.displayDocument(doc, file.slice(0, 64));
  return bytes === null ? refusal('not-found', 404) : bytesAnswer(bytes, 'application/pdf');
});
