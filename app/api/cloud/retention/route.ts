import { json } from '../../../_server/answer.ts';
import { cloudRoute } from '../../../_server/route.ts';

export const GET = cloudRoute({ who: 'retention.read' }, async ({ cloud, staff }) =>
  json(await cloud.console.retention(staff)),
);
