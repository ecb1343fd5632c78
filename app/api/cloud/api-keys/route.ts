import { z } from 'zod';

import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { id } from '../../../_server/shapes.ts';

/** What may be in it, `sync/cloud/integration/api-keys.ts` says. */
const newKey = z.object({ tenant: id, name: id, scopes: z.array(id).max(20), days: z.number() });

export const GET = cloudRoute({ who: 'integration.manage' }, async ({ cloud, staff }) =>
  json(await cloud.apiKeys.list(staff.tenant)),
);

/** The key is in this answer and nowhere else. */
export const POST = cloudRoute({ who: 'integration.manage', body: newKey }, async ({ cloud, staff, body }) => {
  if (staff.tenant !== null && staff.tenant !== body.tenant) return refusal('not-found', 404);
  const made = await cloud.apiKeys.make({ ...body, by: staff.id });
  return made.ok ? json(made.value, 201) : refusal(made.error, made.error === 'invalid' ? 400 : 404);
});
