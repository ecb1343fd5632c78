import { json } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';

/** Kiosks with their state, as far as this person may see them. */
export const GET = cloudRoute({ who: 'cloud' }, async ({ cloud, staff }) => json(await cloud.kiosks(staff.tenant)));
