import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { cloudFilter, queryOf } from '../../../_server/shapes.ts';

export const GET = cloudRoute({ who: 'cloud' }, async ({ cloud, request }) => {
  const parsed = cloudFilter.safeParse(queryOf(request));
  return parsed.success ? json(await cloud.packages(parsed.data)) : refusal('invalid', 400);
});
