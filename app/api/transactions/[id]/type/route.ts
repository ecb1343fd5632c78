import { z } from 'zod';

import { actAnswer } from '../../../../_server/answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id, documentType } from '../../../../_server/shapes.ts';

export const POST = kioskRoute(
  { who: 'staff', params: z.object({ id }), body: documentType },
  ({ kiosk, params, body, actor }) => actAnswer(kiosk.chooseDocumentType(params.id, body.document, body.type, actor)),
);
