import { json, refusal } from '../../../../_server/answer.ts';
import { cloudRoute } from '../../../../_server/route.ts';
import { staffChange } from '../../../../_server/shapes.ts';

/** One act on the accounts of a branch's counters; they count there at the next contact. */
export const POST = cloudRoute({ who: 'configuration.change', body: staffChange }, async ({ cloud, staff, body }) => {
  const done = await cloud.console.changeStaff(body, staff);
  if (done.ok) return json({});
  return refusal(done.error, done.error === 'not-found' || done.error === 'account-unknown' ? 404 : 409);
});
