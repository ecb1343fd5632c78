import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { cloudFilter, queryOf } from '../../../_server/shapes.ts';

export const GET = cloudRoute({ who: 'packages.read' }, async ({ cloud, staff, request }) => {
  const parsed = cloudFilter.safeParse(queryOf(request));
  if (!parsed.success) return refusal('invalid', 400);
  return json(await cloud.packages({ ...parsed.data, tenant: staff.tenant }));
});
