import { z } from 'zod';

import { attachment, bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { digest } from '../../../../../_server/shapes.ts';

/** The signed proof that a package was destroyed, as a file. */
export const GET = cloudRoute(
  { who: 'retention.read', params: z.object({ digest }) },
  async ({ cloud, staff, params }) => {
    const proof = await cloud.console.proof(params.digest, staff);
    if (proof === null) return refusal('not-found', 404);
    const name = `destruction-${params.digest.slice(0, 12)}.jws`;
    return bytesAnswer(new TextEncoder().encode(proof), 'application/jose', {
      'content-disposition': attachment(name),
    });
  },
);
