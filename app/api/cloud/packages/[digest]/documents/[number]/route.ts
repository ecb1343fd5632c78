import { z } from 'zod';

import { attachment, bytesAnswer, refusal } from '../../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../../_server/route.ts';
import { digest, documentNumber } from '../../../../../../_server/shapes.ts';

const params = z.object({ digest, number: documentNumber });

/** A document of a package at the level reached: by its place, never by its own digest, so that nothing is had by a guess. */
export const GET = cloudRoute(
  { who: 'documents.read', params },
  async ({ cloud, staff, params: { digest, number } }) => {
    const copy = await cloud.console.document(digest, number, staff);
    if (copy === null) return refusal('not-found', 404);
    return bytesAnswer(copy.bytes, 'application/pdf', { 'content-disposition': attachment(copy.name) });
  },
);
