import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';
import { newEnrolmentCode } from '../../../_server/shapes.ts';

export const GET = cloudRoute({ who: 'codes.manage' }, async ({ cloud, staff }) =>
  json(await cloud.devices.codes(staff)),
);

/** The code is in this answer and nowhere else. */
export const POST = cloudRoute({ who: 'codes.manage', body: newEnrolmentCode }, async ({ cloud, staff, body }) => {
  const code = await cloud.devices.makeCode(body, staff);
  return code.ok ? json(code.value) : refusal(code.error, code.error === 'invalid' ? 400 : 409);
});
