import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { legalHold } from '../../../../_server/shapes.ts';

export const POST = cloudRoute({ who: 'holds.change', body: legalHold }, async ({ cloud, staff, body }) => {
  const done = await cloud.console.placeHold(body, staff);
  if (done.ok) return json({ id: done.value });
  return refusal(done.error, done.error === 'package-unknown' ? 404 : 422);
});
