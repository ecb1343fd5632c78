import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { cloudFilter, queryOf } from '../../../_server/shapes.ts';

/** Whoever lists reads names, which is written down; the next page begins `after` the `place` of the last one. */
export const GET = cloudRoute({ who: 'packages.read' }, async ({ cloud, staff, request }) => {
  const parsed = cloudFilter.safeParse(queryOf(request));
  if (!parsed.success) return refusal('invalid', 400);
  return json(await cloud.console.search(parsed.data, staff));
});
