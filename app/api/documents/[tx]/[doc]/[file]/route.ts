import { z } from 'zod';

import { bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { kioskRoute } from '../../../../../_server/route.ts';
import { id } from '../../../../../_server/shapes.ts';

const params = z.object({ tx: id, doc: id, file: z.string().regex(/^[0-9a-f]{64}\.pdf$/) });

/** A revision by its digest: the name never means other bytes, and nothing of it stays in the browser. */
export const GET = kioskRoute({ who: 'staff', params }, async ({ kiosk, params: { tx, doc, file } }) => {
  const bytes = await kiosk.documentBytes(tx, doc, file.slice(0, 64));
  return bytes === null ? refusal('not-found', 404) : bytesAnswer(bytes, 'application/pdf');
});
