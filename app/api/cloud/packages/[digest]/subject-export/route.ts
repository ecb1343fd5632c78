import { z } from 'zod';

import { attachment, bytesAnswer, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { digest, subjectRequest } from '../../../../../_server/shapes.ts';
import { subjectZip } from '../../../../../_server/subject-zip.ts';

/** Everything about a transaction as one ZIP, for the person it is about. Exporting is itself an entry, so it is an act. */
export const POST = cloudRoute(
  { who: 'subjects.manage', params: z.object({ digest }), body: subjectRequest },
  async ({ cloud, params, body, staff }) => {
    const file = await cloud.subjectExport(params.digest, body.reference, staff);
    if (file === null) return refusal('not-found', 404);
    return bytesAnswer(subjectZip(file), 'application/zip', {
      'content-disposition': attachment(`${file.summary.transactionName.replace(/[/\\:*?"<>|]/g, '_')}.zip`),
    });
  },
);
