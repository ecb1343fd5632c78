import { z } from 'zod';

import { json, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { destruction, digest } from '../../../../../_server/shapes.ts';

/** Destroys a package before its time; 409 while a legal hold forbids it, with its reason. */
export const POST = cloudRoute(
  { who: 'subjects.manage', params: z.object({ digest }), body: destruction },
  async ({ cloud, params, body, staff }) => {
    const done = await cloud.destroyPackage(params.digest, body, staff);
    if (done.ok) return json(done.value);
    if (done.error.code === 'package-unknown') return refusal('not-found', 404);
    const { reason, until } = done.error;
    return refusal('held', 409, { reason, ...(until === null ? {} : { until }) });
  },
);
