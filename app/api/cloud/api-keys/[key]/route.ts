import { z } from 'zod';

import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';

/** Refused from its next request on. */
export const DELETE = cloudRoute(
  { who: 'cloud', params: z.object({ key: id }) },
  async ({ cloud, staff, params: { key }, request }) => {
    const tenant = staff.tenant ?? new URL(request.url).searchParams.get('tenant') ?? '';
    return (await cloud.apiKeys.revoke({ tenant, id: key, by: staff.id })) ? json({}) : refusal('not-found', 404);
  },
);
