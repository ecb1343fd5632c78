import { json } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';

export const GET = cloudRoute({ who: 'cloud' }, async ({ cloud, staff }) => json(await cloud.console.keys(staff)));
