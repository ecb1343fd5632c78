import { z } from 'zod';

import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { digest } from '../../../../_server/shapes.ts';

export const GET = cloudRoute(
  { who: 'packages.read', params: z.object({ digest }) },
  async ({ cloud, staff, params }) => {
    const found = await cloud.console.open(params.digest, staff);
    return found === null ? refusal('not-found', 404) : json({ ...found, goal: cloud.evidenceGoal });
  },
);
