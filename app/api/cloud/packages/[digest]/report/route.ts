import { z } from 'zod';

import { refusal } from '../../../../../_server/answer.ts';
import { reportAnswer, reportWanted } from '../../../../../_server/report-answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { digest } from '../../../../../_server/shapes.ts';

/** The report that was kept when the package arrived, as a file. */
export const POST = cloudRoute(
  { who: 'packages.read', params: z.object({ digest }), body: reportWanted },
  async ({ cloud, params, body, staff }) => {
    const saved = await cloud.packageReport(params.digest, body, staff);
    return saved === null ? refusal('not-found', 404) : reportAnswer(saved);
  },
);
