import { z } from 'zod';

import { json, refusal } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';

/** The next key that receipts are signed with, from `takesOverAt` on; for whoever runs the cloud. */
export const POST = cloudRoute(
  { who: 'receipt-keys.rotate', body: z.object({ takesOverAt: z.iso.datetime() }) },
  async ({ cloud, staff, body }) => {
    const made = await cloud.devices.rotateReceiptKey(new Date(body.takesOverAt), staff);
    return made === null ? refusal('not-allowed', 403) : json(made);
  },
);
