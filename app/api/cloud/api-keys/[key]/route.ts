import { z } from 'zod';

import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

/** Refused from its next request on. */
export const DELETE = cloudRoute(
  { who: 'integration.manage', params: z.object({ key: id }) },
  async ({ cloud, staff: { id: by, tenant }, params: { key } }) =>
    (await cloud.apiKeys.revoke({ tenant, id: key, by })) ? json({}) : refusal('not-found', 404),
);
