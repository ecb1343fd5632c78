import { z } from 'zod';

import { attachment, bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { digest } from '../../../../../_server/shapes.ts';

/** What is on record about the transaction, as a file: JSON with the proof of both chains, or a table. Exporting is itself an entry, so it is an act. */
export const POST = cloudRoute(
  { who: 'audit.export', params: z.object({ digest }), body: z.object({ format: z.enum(['json', 'csv']) }) },
  async ({ cloud, staff, params, body: { format } }) => {
    const bytes = await cloud.console.auditOf(params.digest, format, staff);
    if (bytes === null) return refusal('not-found', 404);
    const type = format === 'json' ? 'application/json; charset=utf-8' : 'text/csv; charset=utf-8';
    const name = `audit-${params.digest.slice(0, 12)}.${format}`;
    return bytesAnswer(bytes, type, { 'content-disposition': attachment(name) });
  },
);
