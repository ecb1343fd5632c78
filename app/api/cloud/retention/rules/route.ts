import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { retentionRule } from '../../../../_server/shapes.ts';

export const POST = cloudRoute({ who: 'retention.change', body: retentionRule }, async ({ cloud, staff, body }) => {
  const done = await cloud.console.setRetention(body, staff);
  if (done.ok) return json({});
  return refusal(done.error, done.error === 'tenant-unknown' ? 404 : 422);
});
