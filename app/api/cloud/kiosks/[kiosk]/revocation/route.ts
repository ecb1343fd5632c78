import { z } from 'zod';

import { json, refusal } from '../../../../../_server/answer.ts';
import { cloudRoute } from '../../../../../_server/route.ts';
import { id, withReason } from '../../../../../_server/shapes.ts';

const params = z.object({ kiosk: id });

/** Shuts the kiosk out from its next request on. */
export const POST = cloudRoute(
  { who: 'kiosks.revoke', params, body: withReason },
  async ({ cloud, staff, params: { kiosk }, body }) =>
    (await cloud.devices.revoke(kiosk, body.reason, staff)) ? json({}) : refusal('not-found', 404),
);

/** Takes that back. */
export const DELETE = cloudRoute(
  { who: 'kiosks.revoke', params, body: withReason },
  async ({ cloud, staff, params: { kiosk }, body }) =>
    (await cloud.devices.reinstate(kiosk, body.reason, staff)) ? json({}) : refusal('not-found', 404),
);
